import type { Permission, Role } from "../access/roles.ts";
import { choices, defineError, listed } from "./error-definition.ts";

export const accessErrors = {
  ACCESS_KEY_MISSING: defineError<{ method: string; path: string }>({
    status: 401,
    meaning: "The server asks for a key, and the request has none.",
    message: (d) => `${d.method} ${d.path}: needs a key, and the request has none`,
    remedy: "Send the key as a bearer token, in the header authorization.",
  }),
  ACCESS_KEY_INVALID: defineError<{ problem: string }>({
    status: 401,
    meaning: "The key of a request is malformed, unknown, revoked or expired.",
    message: (d) => `key: ${d.problem}`,
    remedy: "Send a key as it was printed when it was made; a new one is made with: modelwright keys create <name>",
  }),
  ACCESS_DENIED: defineError<{ key: string; permission: Permission; roles: readonly Role[] }>({
    status: 403,
    meaning: "The key of a request has no role that allows what the route does.",
    message: (d) => `key "${d.key}": lacks the permission "${d.permission}"`,
    remedy: (d) => `Use a key with the role ${choices(d.roles)} that is not bound to other models.`,
  }),
  ACCESS_MODEL_DENIED: defineError<{ key: string; model: string; models: readonly string[] }>({
    status: 403,
    meaning: "The key of a request is for other models.",
    message: (d) => `key "${d.key}": is for ${listed(d.models)} alone, not for ${JSON.stringify(d.model)}`,
    remedy: "Ask for one of its models, or use a key that is for this one.",
  }),
  ACCESS_RATE_EXCEEDED: defineError<{ key: string; perMinute: number; items: number; retryAfterSeconds: number }>({
    status: 429,
    meaning: "A key asked for more items in a minute than it may.",
    message: (d) =>
      `key "${d.key}": may ask for ${d.perMinute} items per minute, and ${d.items} more are too many at this moment`,
    remedy: (d) => `Wait ${d.retryAfterSeconds} s, as the header retry-after says, and send the request again.`,
  }),
  ACCESS_REQUEST_TOO_DEAR: defineError<{ key: string; perMinute: number; items: number }>({
    status: 413,
    meaning: "A request holds more items than its key may ask for in a whole minute.",
    message: (d) => `key "${d.key}": may ask for ${d.perMinute} items per minute, and one request holds ${d.items}`,
    remedy: (d) => `Send at most ${d.perMinute} items in a request.`,
  }),
  ACCESS_GUESSES_EXCEEDED: defineError<{ perMinute: number; retryAfterSeconds: number }>({
    status: 429,
    meaning: "Too many requests with keys that are none came from one address.",
    message: (d) => `more than ${d.perMinute} requests per minute from this address had keys that are none`,
    remedy: (d) => `Correct the key, and wait ${d.retryAfterSeconds} s, as the header retry-after says.`,
  }),
  ACCESS_KEYS_UNKNOWN: defineError<{ heldSeconds: number }>({
    status: 503,
    meaning: "The registry, where keys are kept, has not answered for so long that those known are no longer trusted.",
    message: (d) => `keys could not be read for more than ${d.heldSeconds} s`,
    remedy: "Bring the registry's database back; see the server's log.",
  }),
  ACCESS_KEYS_ABSENT: defineError<{ host: string }>({
    status: 400,
    meaning: "The server was to listen where other machines reach it, and there is no key yet.",
    message: (d) => `host ${d.host}: other machines would reach the server, and it has no key to ask them for`,
    remedy:
      "Make a key with: modelwright keys create <name>; or state with --without-keys that whoever reaches it may use it.",
  }),
  ACCESS_KEY_UNKNOWN: defineError<{ key: string; nearest?: string; known: readonly string[] }>({
    status: 404,
    meaning: "No key has this name or id.",
    message: (d) =>
      `no key ${JSON.stringify(d.key)}; ${d.nearest === undefined ? "" : `did you mean "${d.nearest}"? `}keys: ${choices(d.known)}`,
    remedy: "See them with: modelwright keys list",
  }),
  ACCESS_KEY_TAKEN: defineError<{ name: string; id: string }>({
    status: 409,
    meaning: "A key was to have the name of another that has not been revoked.",
    message: (d) => `key "${d.name}": there is one of this name, with the id ${d.id}`,
    remedy: "Choose another name, or revoke that one first with: modelwright keys revoke <id>",
  }),
  ACCESS_ORIGIN_DENIED: defineError<{ origin: string }>({
    status: 403,
    meaning: "A page of another site asked the server to do something, from somebody's browser, and may not.",
    message: (d) => `origin ${d.origin}: pages of this site may not ask this server`,
    remedy: "If they should, start it with --allow-origin and that origin.",
  }),
  ACCESS_CERTIFICATE_INVALID: defineError<{ file: string; problem: string }>({
    status: 400,
    meaning: "The certificate or the private key for TLS cannot be read, do not belong together, or do not hold now.",
    message: (d) => `${d.file}: ${d.problem}`,
    remedy:
      "Give a certificate chain with --tls-certificate and its private key with --tls-key, both as PEM, the key without a passphrase.",
  }),
};
