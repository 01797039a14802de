import { ModelwrightError } from "@modelwright/contracts";

/** Codes of the system for a server that is not reached, and PostgreSQL's for one that ends, or ends a connection. */
const LOST = new Set([
  ...["ECONNRESET", "ECONNREFUSED", "ECONNABORTED", "EPIPE", "ETIMEDOUT", "ENOENT"],
  ...["ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN"],
  // admin_shutdown, crash_shutdown, cannot_connect_now, idle_in_transaction_session_timeout, too_many_connections
  ...["57P01", "57P02", "57P03", "25P03", "53300"],
]);

/** What the driver says without a code. */
const LOST_WORDS = /connection terminated|timeout exceeded when trying to connect|connection error|read timeout/i;

/** Of one that could not be made at all: who may connect, which database, TLS. */
const REFUSED = /^(?:28|08|3D|ERR_SSL|ERR_TLS|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_)/;

/** Errors of the driver and the server. Those of a change's own files and functions may have the same codes. */
const ofDriver = new WeakSet<object>();

/** Runs a call of the driver, whose errors are then known as its own. */
export async function calling<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error) ofDriver.add(error);
    throw error;
  }
}

/** A failure of a connection: the same may succeed on another one. */
export function isLost(error: unknown): boolean {
  return error instanceof Error && ofDriver.has(error) && tellsOfLoss(error);
}

function tellsOfLoss(error: Error): boolean {
  // A host of several addresses fails for each of them.
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(tellsOfLoss);
  const code = codeOf(error);
  return LOST.has(code) || code.startsWith("08") || (code === "" && LOST_WORDS.test(error.message));
}

/** The server runs, but takes no connection yet: after a crash or a restart. */
export function isStarting(error: unknown): boolean {
  return codeOf(error) === "57P03";
}

/** A failure of the driver or the server as an error that says what to do; others, ours among them, as they are. */
export function postgresFailure(
  cause: unknown,
  { location, waitedMs }: { location: string; waitedMs: number },
): unknown {
  if (!(cause instanceof Error) || !ofDriver.has(cause)) return cause;
  const code = codeOf(cause);
  const problem = wordsOf(cause);
  if (code === "55P03") return new ModelwrightError("REGISTRY_BUSY", { location, waitedMs }, { cause });
  if (code === "25006") return new ModelwrightError("REGISTRY_READ_ONLY", { location }, { cause });
  if (code === "22021") {
    const details = { where: "a text", rule: "without the character NUL", got: problem };
    return new ModelwrightError("REGISTRY_VALUE_INVALID", details, { cause });
  }
  if (isLost(cause) || REFUSED.test(code) || /^SASL|SSL|TLS/.test(cause.message)) {
    return new ModelwrightError("REGISTRY_UNREACHABLE", { location, problem }, { cause });
  }
  // A broken constraint is a mistake of ours, not a state of the database: it keeps its own words.
  if (!/^\w{5}$/.test(code) || code.startsWith("23")) return cause;
  return new ModelwrightError("REGISTRY_DATABASE_FAILED", { location, problem }, { cause });
}

/** In words of ours, where the driver's are those of its protocol. */
const WORDS: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/client password must be a/, "the server asks for a password, and none was given"],
];

export function wordsOf(error: Error): string {
  const [, known] = WORDS.find(([pattern]) => pattern.test(error.message)) ?? [];
  if (known !== undefined) return known;
  if (error instanceof AggregateError && error.message === "") {
    return [...new Set(error.errors.map((each: Error) => each.message))].join("; ");
  }
  return error.message === "" ? codeOf(error) : error.message;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
