import { ModelwrightError } from "@modelwright/contracts";

/** A variable of the environment in an address, in the place of a secret: `postgres://reader:${PASSWORD}@host/db`. */
const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/**
 * An address without what may be secret, for messages and records: no user, no password, and of the parameters only
 * those that say what is read.
 */
export function withoutSecrets(address: string): string {
  const [, scheme, rest = ""] = /^([a-z][a-z0-9+.-]*:\/\/)(.*)$/is.exec(address) ?? [];
  if (scheme === undefined) return address;
  const [place = "", parameters = ""] = rest.replace(/#.*$/s, "").split(/\?(.*)/s, 2);
  const shown = parameters.split("&").filter((parameter) => /^(?:table|query)=/.test(parameter));
  return `${scheme}${place.replace(/^[^/]*@/, "")}${shown.length === 0 ? "" : `?${shown.join("&")}`}`;
}

/**
 * An address with the variables of the environment that stand in it.
 *
 * @throws {ModelwrightError} `DATA_VARIABLE_MISSING`.
 */
export function withVariables(address: string): string {
  return address.replaceAll(VARIABLE, (_, variable: string) => {
    const value = process.env[variable];
    if (value === undefined)
      throw new ModelwrightError("DATA_VARIABLE_MISSING", { source: withoutSecrets(address), variable });
    return encodeURIComponent(value);
  });
}

/** What of a database is read. */
export interface Selection {
  readonly table?: string;
  readonly query?: string;
}

/**
 * Takes `table` and `query` off an address: whatever follows `query=` is the query, so that it needs no escapes.
 *
 * @param query Given beside the address. It goes before what stands in it.
 */
export function selectionOf(
  address: string,
  query: string | undefined,
): { readonly address: string; readonly selection: Selection } {
  const written = /^(.*?)[?&]query=(.*)$/s.exec(address);
  const [, rest = address, inAddress] = written ?? [];
  const table = /[?&]table=([^&]*)/.exec(rest)?.[1];
  const plain = rest.replace(/([?&])table=[^&]*&?/, "$1").replace(/[?&]$/, "");
  const chosen = query ?? (inAddress === undefined ? undefined : unescaped(inAddress));
  if (chosen !== undefined) return { address: plain, selection: { query: chosen.trim().replace(/;\s*$/, "") } };
  return { address: plain, selection: table === undefined ? {} : { table: unescaped(table) } };
}

/** Percent signs may be those of SQL. */
function unescaped(text: string): string {
  if (!/%[0-9a-f]{2}/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
