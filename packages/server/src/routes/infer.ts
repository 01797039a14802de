import {
  type InferRequest,
  type InferResponse,
  inferenceErrorSchema,
  inferOptionsSchema,
  inferRequestSchema,
  inferResponseSchema,
  modelParamsSchema,
  modelVersionParamsSchema,
} from "@modelwright/contracts";
import type { FastifyInstance } from "fastify";
import { checked } from "./checked.ts";
import { findServed, type ModelPath } from "./model-path.ts";
import type { RouteContext } from "./route-context.ts";
import { routeSchema } from "./route-schema.ts";
import { wantedOutputs } from "./wanted-outputs.ts";

export function inferRoutes(app: FastifyInstance, context: RouteContext): void {
  const { models, answerer, limits } = context;
  const optionsSchemas = new Map(models.tasks.map((task) => [task, inferOptionsSchema(task)]));
  const paths = [
    { path: "/v2/models/:name/infer", params: modelParamsSchema },
    { path: "/v2/models/:name/versions/:version/infer", params: modelVersionParamsSchema },
  ];
  for (const { path, params } of paths) {
    const schema = routeSchema({
      summary: "Run a model on a tensor of items",
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
        const { name, version, manifest } = model.record;
        const { tensors } = model.row;
        const wanted = wantedOutputs(body, Object.keys(tensors.outputs));
        const options = checked(optionsSchemas.get(manifest.task)!, body, "body");
        const items = tensors.items(body, limits);
        const raw = await answerer.answer({ model, items, options, response: reply.raw });
        return {
          model_name: name,
          model_version: String(version),
          ...(body.id === undefined ? {} : { id: body.id }),
          outputs: wanted.map((output) => {
            const { datatype, rowShape, row } = tensors.outputs[output]!;
            return {
              name: output,
              datatype,
              shape: [raw.length, ...rowShape(manifest)],
              data: raw.flatMap((answer) => row(answer, { manifest, options })),
            };
          }),
        };
      },
    );
  }
}
