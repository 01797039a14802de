import type { DomKit } from "./dom-kit.ts";

/** What a server says when it refuses. */
interface Refusal {
  readonly message?: string;
  /** On OpenAI's routes. */
  readonly error?: string | { readonly message?: string };
}

/**
 * Asks the server, with the key that somebody gave the page: it is kept for this tab alone, and goes nowhere but into the
 * header of a request. Its source is what the page carries: it refers to nothing outside but its parameters.
 */
export function keyKeeper({ byId }: DomKit) {
  const PLACE = "modelwright-key";
  const WORDS: Readonly<Record<number, string>> = {
    401: "The server does not take this key",
    403: "This key may not do that",
    429: "Too much was asked for",
  };
  const [form, field] = [byId<HTMLFormElement>("key-form"), byId<HTMLInputElement>("key")];
  const [problem, given] = [byId("key-problem"), byId("key-given")];
  let key = readKey();

  /** A browser may be told to keep nothing: then the key holds until the page is left. */
  function readKey(): string | undefined {
    try {
      return sessionStorage.getItem(PLACE) ?? undefined;
    } catch {
      return undefined;
    }
  }

  function keep(wanted: string | undefined): void {
    key = wanted;
    try {
      if (wanted === undefined) sessionStorage.removeItem(PLACE);
      else sessionStorage.setItem(PLACE, wanted);
    } catch {
      // It is kept by the page.
    }
    given.hidden = wanted === undefined;
  }

  function ask(said: string): void {
    problem.textContent = key === undefined ? "" : said;
    problem.hidden = key === undefined;
    keep(undefined);
    form.hidden = false;
    field.focus();
  }

  /** @throws {Error} What is wrong, in words. */
  async function send(path: string, options: RequestInit = {}): Promise<Response> {
    const headers = new Headers(options.headers);
    if (key !== undefined) headers.set("authorization", `Bearer ${key}`);
    const response = await fetch(path, { ...options, headers });
    if (response.ok) return response;
    const { message, error } = (await response.json().catch(() => ({}))) as Refusal;
    const told = message ?? (typeof error === "string" ? error : error?.message) ?? `status ${response.status}`;
    const wait = response.headers.get("retry-after");
    const words = WORDS[response.status];
    const said = words === undefined ? told : `${words}${wait === null ? "" : `; again in ${wait} s`}: ${told}`;
    if (response.status === 401) ask(said);
    const refused = new Error(said);
    if (response.status === 401) refused.name = "KeyNeeded";
    throw refused;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep(field.value.trim());
    field.value = "";
    form.hidden = true;
    dispatchEvent(new Event("key"));
  });
  byId("forget-key").addEventListener("click", () => {
    keep(undefined);
    location.reload();
  });
  // What a link leads to needs the key too, which a browser does not send: it is fetched, and saved as a file.
  addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null || key === undefined || link.origin !== location.origin || link.pathname === location.pathname)
      return;
    event.preventDefault();
    void save(link.href).catch((error: Error) => {
      byId("problem").textContent = error.message;
      byId("problem").hidden = false;
    });
  });

  async function save(address: string): Promise<void> {
    const response = await send(address);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    const name = decodeURIComponent(new URL(address).pathname.replace(/^.*?([^/]+)(?:\/report)?$/, "$1")).replace(
      ":",
      "-",
    );
    const isPage = response.headers.get("content-type")?.startsWith("text/html") === true;
    link.download = isPage ? `${name}.html` : name.includes(".") ? name : `${name}.txt`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  given.hidden = key === undefined;
  return {
    send,
    /** Whether requests need one, as far as the page knows. */
    hasKey: () => key !== undefined,
    /** Told when somebody gave a key. */
    onKey: (begin: () => void) => addEventListener("key", begin),
  };
}

export type KeyKeeper = ReturnType<typeof keyKeeper>;
