import { setTimeout as pause } from "node:timers/promises";
import { ModelwrightError } from "@modelwright/contracts";
import { z } from "zod";
import { retriedLater, waitAsked } from "./hub-patience.ts";
import { type HubReference, writeHubReference } from "./hub-reference.ts";
import { refusal } from "./hub-refusal.ts";
import type { HubSettings } from "./hub-settings.ts";

/** A file of a commit, as the hub lists it. */
export interface HubFile {
  readonly path: string;
  readonly size: number;
  /**
   * By which the cache names its content: SHA-256 of a large file, the name of git's blob of any other;
   * hexadecimal.
   */
  readonly etag: string;
  readonly hash: "sha256" | "git";
}

const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));
const revisionSchema = z.object({ sha: hex(40) });
const treeSchema = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    size: z.int().nonnegative(),
    oid: hex(40).optional(),
    lfs: z.object({ oid: hex(64), size: z.int().nonnegative() }).nullish(),
  }),
);
const named = z.array(z.object({ name: z.string() })).default([]);
const refsSchema = z.object({ branches: named, tags: named });

/** Requests before the last answer is told. */
const TRIES = 5;
/** Requests before it is told that there was none. */
const UNANSWERED_TRIES = 3;
/** Without a byte for so long, a connection is taken for broken. */
const IDLE_MS = 60_000;
/** Listings of a model that could be one are far smaller. */
const MAX_PAGES = 100;

/** What asking a hub needs beside the reference. */
export interface HubClientOptions {
  readonly settings: HubSettings;
  /** Aborting it ends what is under way with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds of the first wait before a request is repeated; each further one is twice as long. Default
   * 1,000.
   */
  readonly retryMs?: number | undefined;
}

/**
 * Speaks a hub's routes for one model: what a revision is, what it holds, and the bytes of its files.
 *
 * Every failure is a `ModelwrightError` `HUB_…`; what passes (a lost connection, too many requests, 5xx) is
 * tried again first.
 */
export class HubClient {
  readonly base: string;
  readonly #reference: HubReference;
  readonly #options: HubClientOptions;

  constructor(reference: HubReference, options: HubClientOptions) {
    this.base = writeHubReference(reference);
    this.#reference = reference;
    this.#options = options;
  }

  /** The commit to which the revision leads now. */
  async commit(): Promise<string> {
    const { repository, revision } = this.#reference;
    const response = await this.#open(`/api/models/${repository}/revision/${encodeURIComponent(revision)}`);
    return (await this.#parsed(response, revisionSchema)).sha;
  }

  /** What the hub calls revisions, for one who asked for another. */
  async #revisions(): Promise<readonly string[]> {
    const response = await this.#open(`/api/models/${this.#reference.repository}/refs`);
    const { branches, tags } = await this.#parsed(response, refsSchema);
    return [...branches, ...tags].map(({ name }) => name);
  }

  /** Every file of a commit, folders in it included. */
  async files(commit: string): Promise<readonly HubFile[]> {
    const files: HubFile[] = [];
    let url: string | undefined =
      `/api/models/${this.#reference.repository}/tree/${commit}?recursive=true&expand=false`;
    for (let page = 0; url !== undefined && page < MAX_PAGES; page++) {
      const response = await this.#open(url);
      for (const { type, path, size, oid, lfs } of await this.#parsed(response, treeSchema)) {
        if (type !== "file") continue;
        if (lfs) files.push({ path, size: lfs.size, etag: lfs.oid, hash: "sha256" });
        else if (oid !== undefined) files.push({ path, size, etag: oid, hash: "git" });
      }
      url = this.#nextPage(response);
    }
    return files;
  }

  /** @throws {ModelwrightError} `HUB_ANSWER_UNFIT` for a page elsewhere: the token is for this hub alone. */
  #nextPage(response: Response): string | undefined {
    const next = /<([^>]+)>\s*;\s*rel="?next"?/.exec(response.headers.get("link") ?? "")?.[1];
    if (next === undefined) return undefined;
    const { endpoint } = this.#options.settings;
    if (next.startsWith(`${endpoint}/`)) return next.slice(endpoint.length);
    if (next.startsWith("/")) return next;
    throw this.#unfit(response.url, `its next page is elsewhere: ${next}`);
  }

  /**
   * The bytes of a file from one on, in the chunks in which they come. Whoever takes them counts them: a
   * broken connection may end them early.
   *
   * @throws {ModelwrightError} `HUB_…` where they do not begin to come; a plain error where they break off.
   */
  async *bytes(commit: string, path: string, from: number): AsyncGenerator<Uint8Array> {
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    const lost = new AbortController();
    const idle = setTimeout(() => lost.abort(new Error(`no byte for ${IDLE_MS / 1000} s`)), IDLE_MS);
    try {
      const response = await this.#open(`/${this.#reference.repository}/resolve/${commit}/${encoded}`, {
        headers: from === 0 ? {} : { range: `bytes=${from}-` },
        signal: lost.signal,
      });
      // A server that knows no ranges sends all: what is there already is passed over.
      let skip = response.status === 206 ? 0 : from;
      for await (const chunk of response.body ?? []) {
        idle.refresh();
        const fresh = chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - fresh.length;
        if (fresh.length > 0) yield fresh;
      }
    } finally {
      clearTimeout(idle);
      lost.abort();
    }
  }

  async #parsed<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
    let json: unknown;
    try {
      json = await response.json();
    } catch (cause) {
      this.#options.signal?.throwIfAborted();
      throw this.#unfit(response.url, "it answers something else than JSON", cause);
    }
    const { data, error } = schema.safeParse(json);
    if (error === undefined) return data;
    const [issue] = error.issues;
    throw this.#unfit(response.url, `its answer is not a hub's: ${issue?.path.join(".")}: ${issue?.message}`);
  }

  #unfit(url: string, problem: string, cause?: unknown): ModelwrightError {
    return new ModelwrightError("HUB_ANSWER_UNFIT", { base: this.base, url: bare(url), problem }, { cause });
  }

  /** A response that is fit to be read, after as many tries as that takes. */
  async #open(
    path: string,
    request: { readonly headers?: Readonly<Record<string, string>>; readonly signal?: AbortSignal } = {},
  ): Promise<Response> {
    const { settings, signal, retryMs = 1000 } = this.#options;
    const { endpoint, token } = settings;
    const signals = [signal, request.signal].filter((each) => each !== undefined);
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      let wait = retryMs * 2 ** (attempt - 1);
      try {
        const response = await fetch(`${endpoint}${path}`, {
          headers: {
            ...request.headers,
            // Sizes and ranges count the bytes of the file, not of a compressed answer.
            "accept-encoding": "identity",
            ...(token === undefined ? {} : { authorization: `Bearer ${token.value}` }),
          },
          signal: AbortSignal.any(signals),
        });
        if (response.ok) return response;
        await response.body?.cancel();
        const error = await this.#refusal(response);
        if (!retriedLater(response) || attempt === TRIES) throw error;
        wait = waitAsked(response, wait, error);
      } catch (cause) {
        if (cause instanceof ModelwrightError) throw cause;
        signal?.throwIfAborted();
        if (attempt >= UNANSWERED_TRIES) throw this.unreachable(cause);
      }
      await pause(wait, undefined, { signal });
    }
  }

  async #refusal(response: Response): Promise<ModelwrightError> {
    const { settings } = this.#options;
    const error = refusal(response, { base: this.base, reference: this.#reference, settings });
    if (error.code !== "HUB_REVISION_UNKNOWN") return error;
    const { revision } = this.#reference;
    return new ModelwrightError(error.code, { base: this.base, revision, known: await this.#revisions() });
  }

  unreachable(cause: unknown): ModelwrightError {
    const { endpoint } = this.#options.settings;
    return new ModelwrightError("HUB_UNREACHABLE", { base: this.base, endpoint, problem: reasonOf(cause) }, { cause });
  }
}

/** The system's words: those of `fetch` are always "fetch failed". */
function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error ? (cause.cause ?? cause) : cause;
  if (!(inner instanceof Error)) return String(inner);
  return inner.message || String((inner as NodeJS.ErrnoException).code ?? inner.name);
}

/** An address without its query, in which a storage keeps signatures. */
function bare(url: string): string {
  return url.replace(/\?.*$/s, "");
}
