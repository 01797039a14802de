export { closeOnSignals } from "./close-on-signals.ts";
export { createServer } from "./create-server.ts";
export { type LoadOptions, TextClassifier, type TextPrediction } from "./inference/text-classifier.ts";
export type { ServerOptions } from "./server-options.ts";
export { type RunningServer, type StartOptions, startServer } from "./start-server.ts";
