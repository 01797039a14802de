import { choices, defineError } from "./error-definition.ts";

/** What a program gave for an option; JSON has no word for some of it. */
function showOption(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? `a ${typeof value}`);
}

/** Bodies that a model of texts takes, by the route's first part. */
const BODIES = {
  v1: '{"texts": ["first text", "second text"]}',
  v2: '{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [2], "data": ["first text", "second text"]}]}',
};

export const serverErrors = {
  SERVER_OPTION_INVALID: defineError<{ option: string; rule: string; got: unknown }>({
    status: 400,
    meaning: "An option of the server has a value that it cannot work with.",
    message: (d) => `${d.option}: must be ${d.rule}, got ${showOption(d.got)}`,
    remedy: "Start the server again with another value.",
  }),
  SERVER_NO_MODELS: defineError<{ directory: string }>({
    status: 400,
    meaning: "The server was started without naming a model, and no model is registered.",
    message: (d) => `registry ${d.directory}: no model with a version to serve`,
    remedy: "Train one with: modelwright train <recipe.yaml>",
  }),
  SERVER_PORT_IN_USE: defineError<{ host: string; port: number }>({
    status: 400,
    meaning: "Another process listens on the port.",
    message: (d) => `port ${d.port} on ${d.host} is in use`,
    remedy: "Choose another with --port, or stop the process that listens there.",
  }),
  SERVER_LISTEN_FAILED: defineError<{ host: string; port: number; problem: string }>({
    status: 400,
    meaning: "The operating system does not let the server listen on the host and port.",
    message: (d) => `cannot listen on port ${d.port} of ${d.host}: ${d.problem}`,
    remedy: "Choose an address of this machine with --host and a port above 1023 with --port.",
  }),
  SERVER_VERSION_UNREADABLE: defineError<{ file: string; problem: string }>({
    status: 500,
    meaning: "A file of a model version is missing or not what it should be.",
    message: (d) => `${d.file}: ${d.problem}`,
    remedy: "Check the version with: modelwright models verify <name>; train or import it again if it is damaged.",
  }),
  SERVER_REQUEST_INVALID: defineError<{ path: string; rule: string; got: string }>({
    status: 400,
    meaning: "A value in a request breaks a rule of the route.",
    message: (d) => `${d.path}: ${d.rule}, got ${d.got}`,
    remedy: "Fix the value; /openapi.json describes every route with an example.",
  }),
  SERVER_BODY_INVALID: defineError<{ problem: string; protocol?: "v2" }>({
    status: 400,
    meaning: "The body of a request is empty or is not valid JSON in UTF-8, or the request itself is malformed.",
    message: (d) => `request: ${d.problem}`,
    remedy: (d) => `Send a JSON object, for example ${BODIES[d.protocol ?? "v1"]} to a model that reads texts.`,
  }),
  SERVER_BODY_TOO_LARGE: defineError<{ limitBytes: number }>({
    status: 413,
    meaning: "The body of a request is larger than the server accepts.",
    message: (d) => `request body: must be at most ${d.limitBytes} bytes`,
    remedy: "Send the items in several requests.",
  }),
  SERVER_CONTENT_TYPE: defineError<{ got: string; accepted: readonly string[] }>({
    status: 415,
    meaning: "The body of a request is announced as something other than JSON in UTF-8.",
    message: (d) => `content-type: must be ${choices(d.accepted)} in UTF-8, got ${d.got}`,
    remedy: "Send the header content-type: application/json.",
  }),
  SERVER_CONTENT_ENCODING: defineError<{ got: string; known: readonly string[] }>({
    status: 415,
    meaning: "The body of a request is compressed in a way that the server does not know.",
    message: (d) => `content-encoding: must be ${choices(d.known)}, got ${JSON.stringify(d.got)}`,
    remedy: "Send the body as it is, without the header content-encoding.",
  }),
  SERVER_HOST_UNKNOWN: defineError<{ got: string }>({
    status: 421,
    meaning:
      "A server that listens on this machine only was asked for by a name, which any web site can make point here.",
    message: (d) => `host: must be localhost or an address, got ${JSON.stringify(d.got)}`,
    remedy: "Ask for http://127.0.0.1, or let the server listen on another address with --host if it has a name.",
  }),
  SERVER_ROUTE_UNKNOWN: defineError<{ method: string; path: string }>({
    status: 404,
    meaning: "No route has this path.",
    message: (d) => `no route ${d.method} ${d.path}`,
    remedy: "See /openapi.json for all routes.",
  }),
  SERVER_METHOD_NOT_ALLOWED: defineError<{ method: string; path: string; allowed: readonly string[] }>({
    status: 405,
    meaning: "The path exists, but not for this method.",
    message: (d) => `${d.path}: cannot be called with ${d.method}`,
    remedy: (d) => `Use ${choices(d.allowed)}.`,
  }),
  SERVER_MODEL_NOT_LOADED: defineError<{ reference: string; loaded: readonly string[] }>({
    status: 404,
    meaning: "The server has not loaded the model or the version that a request names.",
    message: (d) => `model "${d.reference}" is not loaded; loaded: ${choices(d.loaded)}`,
    remedy: "Name one that is loaded, or start the server with this one.",
  }),
  SERVER_MODEL_LOADING: defineError<{ model: string; retryAfterMs: number }>({
    status: 503,
    meaning:
      "A version is not in memory, for the budget does not hold all of them, and was not loaded by the deadline.",
    message: (d) => `model ${d.model} is not in memory; loading it takes about ${d.retryAfterMs} ms`,
    remedy: "Try again after the seconds that the retry-after header gives, or raise --memory-budget.",
  }),
  SERVER_MODEL_OVER_BUDGET: defineError<{ model: string; bytes: number; budget: number }>({
    status: 500,
    meaning: "The weights of a version are larger than all that may be in memory.",
    message: (d) => `model ${d.model}: its weights take ${d.bytes} bytes in all workers, the budget is ${d.budget}`,
    remedy: "Raise --memory-budget, or start fewer workers: each has its own copy.",
  }),
  SERVER_REHEARSAL_FAILED: defineError<{ model: string; problem: string }>({
    status: 500,
    meaning: "A version was tried in a process of its own before it was to be served, and that process ended.",
    message: (d) => `model ${d.model}: the process that tried it did not answer: ${d.problem}`,
    remedy: "The version before is served on. Look for the reason in the server's log; there may be too little memory.",
  }),
  SERVER_LOADING_OFF: defineError<{ model: string }>({
    status: 403,
    meaning: "A request was to load or unload a model, which a server lets nobody do unless it is started so.",
    message: (d) => `model ${d.model}: models are not loaded and unloaded by requests here`,
    remedy: "Start the server with --allow-loading, or move an alias: the server follows it.",
  }),
  SERVER_REPORT_ABSENT: defineError<{ model: string }>({
    status: 404,
    meaning: "The version was registered without a report.",
    message: (d) => `model ${d.model}: its folder has no report.html`,
    remedy:
      "Measure the version on a file with modelwright evaluate; versions made by modelwright train have a report.",
  }),
  SERVER_OVERLOADED: defineError<{ queued: number; limit: number; retryAfterMs?: number; maxWaitMs?: number }>({
    status: 503,
    meaning: "More items wait for the models than the queue may hold, or they have to wait longer than it may take.",
    message: (d) =>
      d.retryAfterMs === undefined
        ? `overloaded: ${d.queued} items are waiting, the queue holds ${d.limit}`
        : `overloaded: ${d.queued} items are waiting, for about ${d.retryAfterMs} ms; ` +
          `the queue holds ${d.limit}, or as many as wait for ${d.maxWaitMs} ms`,
    remedy: "Try again after the seconds that the retry-after header gives, or start more workers or replicas.",
  }),
  SERVER_CLIENT_OVER_SHARE: defineError<{ waitingMs: number; shareMs: number; retryAfterMs: number }>({
    status: 429,
    meaning: "The items of one client that wait already take more time than its share of the queue.",
    message: (d) =>
      `too many requests: your items that wait take ${d.waitingMs} ms, your share of the queue is ${d.shareMs} ms; ` +
      `it is through in about ${d.retryAfterMs} ms`,
    remedy: "Send the next requests as answers arrive, or try again after the seconds that retry-after gives.",
  }),
  SERVER_DEADLINE_TOO_NEAR: defineError<{ neededMs: number; timeoutMs: number; retryAfterMs: number }>({
    status: 503,
    meaning: "With what waits before it, a request cannot be answered by the deadline that it has.",
    message: (d) =>
      `the answer would take about ${d.neededMs} ms, more than the ${d.timeoutMs} ms that the request has; ` +
      `what waits is through in ${d.retryAfterMs} ms`,
    remedy: "Allow more time, or try again after the seconds that the retry-after header gives.",
  }),
  SERVER_ITEM_QUARANTINED: defineError<{ index: number; seconds: number }>({
    status: 422,
    meaning: "An item ended the worker that ran it, twice and the second time alone; it is refused for a while.",
    message: (d) => `item ${d.index} ends the worker that runs it; it is not run again for ${d.seconds} s`,
    remedy: "Leave it out: items beside it are answered. Please report it with the model, for it is our mistake.",
  }),
  SERVER_SHUTTING_DOWN: defineError<Record<string, never>>({
    status: 503,
    meaning: "The server is stopping: it answers what it has accepted and nothing more.",
    message: () => "the server is shutting down",
    remedy: "Send the request again, to another replica.",
  }),
  SERVER_TIMEOUT: defineError<{ timeoutMs: number }>({
    status: 504,
    meaning: "A request was not answered within its time limit or the server's; items that still waited are not run.",
    message: (d) => `not answered within ${d.timeoutMs} ms`,
    remedy: "Allow more time where the request sets the limit, try again later, or send fewer items in one request.",
  }),
  SERVER_CLIENT_GONE: defineError<Record<string, never>>({
    status: 499,
    meaning: "The client closed the connection before the answer; stands in metrics and logs only.",
    message: () => "the client closed the connection before the answer",
    remedy: "Give the client a longer time limit if this is frequent.",
  }),
  SERVER_WORKER_FAILED: defineError<{ attempts: number; problem: string }>({
    status: 500,
    meaning: "The model could not be run, or no worker was left to run it.",
    message: (d) => `running the model failed ${d.attempts === 1 ? "once" : `${d.attempts} times`}: ${d.problem}`,
    remedy: "See the server's log; if one item causes it, please report it with the model.",
  }),
  SERVER_OUTPUT_NOT_FINITE: defineError<{ model: string; index: number; item: string }>({
    status: 500,
    meaning: "A model gave a number that is infinite or not a number.",
    message: (d) => `model ${d.model}: the prediction for ${d.item} ${d.index} is not a finite number`,
    remedy: "The weights are damaged or overflow; serve another version and train this one again.",
  }),
  SERVER_INTERNAL: defineError<Record<string, never>>({
    status: 500,
    meaning: "The server met a mistake of its own.",
    message: () => "internal error",
    remedy: "Look for the requestId in the server's log and report what it says.",
  }),
};
