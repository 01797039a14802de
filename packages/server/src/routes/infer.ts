import {
  type InferRequest,
  type InferResponse,
  inferenceErrorSchema,
  inferRequestSchema,
  inferResponseSchema,
  modelParamsSchema,
  modelVersionParamsSchema,
} from "@modelwright/contracts";
import { INFERENCE } from "@modelwright/inference";
import type { FastifyInstance } from "fastify";
import { type Classification, classify } from "../inference/classify.ts";
import { wantedOutputs } from "./inference-tensors.ts";
import { findServed, type ModelPath } from "./model-path.ts";
import type { RouteContext } from "./route-context.ts";
import { routeSchema } from "./route-schema.ts";

type OutputTensor = InferResponse["outputs"][number];

/** How each output is made. */
const OUTPUTS: Readonly<
  Record<string, (rows: readonly Classification[], classes: number) => Omit<OutputTensor, "name">>
> = {
  label: (rows) => ({ datatype: "BYTES", shape: [rows.length], data: rows.map(({ label }) => label) }),
  probabilities: (rows, classes) => ({
    datatype: "FP32",
    shape: [rows.length, classes],
    data: rows.flatMap(({ probabilities }) => Array.from(probabilities, Math.fround)),
  }),
};

export function inferRoutes(app: FastifyInstance, context: RouteContext): void {
  const { models, batcher, metrics, limits } = context;
  const paths = [
    { path: "/v2/models/:name/infer", params: modelParamsSchema },
    { path: "/v2/models/:name/versions/:version/infer", params: modelVersionParamsSchema },
  ];
  for (const { path, params } of paths) {
    const schema = routeSchema({
      summary: "Run a model on a tensor of texts",
      tag: "Open Inference Protocol v2",
      params,
      body: inferRequestSchema,
      responses: {
        200: { description: "The wanted outputs", schema: inferResponseSchema },
        400: { description: "The body is not JSON, or a value breaks a rule", schema: inferenceErrorSchema },
        404: { description: "The model or version is not loaded", schema: inferenceErrorSchema },
        413: { description: "The body is too large", schema: inferenceErrorSchema },
        415: { description: "The body is not announced as JSON", schema: inferenceErrorSchema },
        500: { description: "The model could not be run", schema: inferenceErrorSchema },
        503: { description: "Overloaded, shutting down, or not answered in time", schema: inferenceErrorSchema },
      },
    });
    app.post<{ Params: ModelPath; Body: InferRequest }>(
      path,
      { schema },
      async (request, reply): Promise<InferResponse> => {
        const { body } = request;
        const model = findServed(models, request.params);
        const wanted = wantedOutputs(body, Object.keys(OUTPUTS));
        const texts = INFERENCE["text-classification"].tensors.items(body, limits);
        const rows = await classify({ model, texts, batcher, metrics, response: reply.raw });
        const { name, version, manifest } = model.record;
        return {
          model_name: name,
          model_version: String(version),
          ...(body.id === undefined ? {} : { id: body.id }),
          outputs: wanted.map((output) => ({ name: output, ...OUTPUTS[output]!(rows, manifest.labels.length) })),
        };
      },
    );
  }
}
