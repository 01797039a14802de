export { closeOnSignals } from "./close-on-signals.ts";
export { createServer } from "./create-server.ts";
export { type LoadOptions, TextClassifier, type TextPrediction } from "./inference/text-classifier.ts";
export { CausalLanguageModel, type GenerateOptions, type Generation } from "./language-models/causal-language-model.ts";
export type { LanguageModel } from "./language-models/language-model.ts";
export { type Filling, type MaskCandidate, MaskedLanguageModel } from "./language-models/masked-language-model.ts";
export type { ServerOptions } from "./server-options.ts";
export { type RunningServer, type StartOptions, startServer } from "./start-server.ts";
