import {
  inferenceErrorSchema,
  modelMetadataSchema,
  modelParamsSchema,
  modelReadySchema,
  modelVersionParamsSchema,
  serverMetadataSchema,
} from "@modelwright/contracts";
import type { FastifyInstance } from "fastify";
import { SERVER_NAME, SERVER_VERSION } from "../server-version.ts";
import { findServed, type ModelPath } from "./model-path.ts";
import type { RouteContext } from "./route-context.ts";
import { routeSchema } from "./route-schema.ts";

const TAG = "Open Inference Protocol v2";
const UNKNOWN = { 404: { description: "The model or version is not loaded", schema: inferenceErrorSchema } };
/** Of the protocol, by the names that Triton gives them. */
const EXTENSIONS = ["binary_tensor_data", "classification", "model_repository", "statistics"];
/** With and without a version. */
const MODEL_PATHS = [
  { path: "/v2/models/:name", params: modelParamsSchema },
  { path: "/v2/models/:name/versions/:version", params: modelVersionParamsSchema },
];

export function inferenceMetadataRoutes(app: FastifyInstance, { isReady }: RouteContext): void {
  const server = routeSchema({
    summary: "Describe the server",
    needs: "read",
    tag: TAG,
    responses: { 200: { description: "Name, version and extensions of the protocol", schema: serverMetadataSchema } },
  });
  app.get("/v2", { schema: server }, () => ({ name: SERVER_NAME, version: SERVER_VERSION, extensions: EXTENSIONS }));

  for (const { path, params } of MODEL_PATHS) {
    const metadata = routeSchema({
      summary: "Describe a model's inputs and outputs",
      needs: "read",
      tag: TAG,
      params,
      responses: { 200: { description: "The model's tensors", schema: modelMetadataSchema }, ...UNKNOWN },
    });
    app.get<{ Params: ModelPath }>(path, { schema: metadata }, ({ models, params }) => {
      const { record, row } = findServed(models, params);
      return {
        name: record.name,
        versions: models.versionsOf(record.name).map((model) => String(model.record.version)),
        platform: "onnx_onnxv1",
        inputs: row.tensors.inputs(record.manifest),
        outputs: Object.entries(row.tensors.outputs).map(([name, { datatype, rowShape }]) => ({
          name,
          datatype,
          shape: [-1, ...rowShape(record.manifest)],
        })),
      };
    });

    const ready = routeSchema({
      summary: "Is a model ready",
      needs: "read",
      tag: TAG,
      params,
      responses: {
        200: { description: "It answers", schema: modelReadySchema },
        503: { description: "It does not, or not any more", schema: modelReadySchema },
        ...UNKNOWN,
      },
    });
    app.get<{ Params: ModelPath }>(`${path}/ready`, { schema: ready }, ({ models, params }, reply) => {
      const { record } = findServed(models, params);
      const isOk = isReady();
      reply.code(isOk ? 200 : 503);
      return { name: record.name, ready: isOk };
    });
  }
}
