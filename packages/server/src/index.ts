export { isOrigin, ORIGIN_RULE } from "./access/origin.ts";
export { closeOnSignals } from "./close-on-signals.ts";
export { newPredictionId } from "./recording/prediction-id.ts";
export { RECORDED, type Recorded } from "./recording/recorded.ts";
export { type JsonSchema, type ModelSchemas, modelSchemas } from "./routes/model-schemas.ts";
export type { ServerOptions, ServingChange, SharedBaseReport } from "./server-options.ts";
export { type InsideAnswer, type InsideServer, startInside } from "./start-inside.ts";
export { type RunningServer, type ServedReference, type StartOptions, startServer } from "./start-server.ts";
export { reloadOnHangUp } from "./tls/reload-on-hang-up.ts";
