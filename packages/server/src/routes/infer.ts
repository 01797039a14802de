import {
  type InferResponse,
  inferenceErrorSchema,
  inferOptionsSchema,
  inferRequestSchema,
  inferResponseSchema,
  modelParamsSchema,
  modelVersionParamsSchema,
} from "@modelwright/contracts";
import type { FastifyInstance } from "fastify";
import { firstOfShape } from "../access/count-items.ts";
import { JSON_LENGTH_HEADER, readTensorBodies, type TensorBody } from "../bodies/tensor-body.ts";
import { splitOutputs } from "../tensors/binary-response.ts";
import { outputTensor, requireClasses } from "../tensors/output-tensors.ts";
import { readInputs } from "../tensors/read-inputs.ts";
import { wantedOutputs } from "../tensors/wanted-outputs.ts";
import { byTask } from "./by-task.ts";
import { checked } from "./checked.ts";
import { type ModelPath, referenceOf } from "./model-path.ts";
import { overloadResponses } from "./overload-responses.ts";
import { termsOf } from "./request-terms.ts";
import { requireFit } from "./require-fit.ts";
import type { RouteContext } from "./route-context.ts";
import { describedSchema } from "./route-schema.ts";

/** Routes of a part of the application, since their bodies may hold more than JSON. */
export function inferRoutes(app: FastifyInstance, context: RouteContext): void {
  app.register(async (scope) => {
    readTensorBodies(scope, context);
    addRoutes(scope, context);
  });
}

function addRoutes(app: FastifyInstance, context: RouteContext): void {
  const { answerer, router, limits } = context;
  const optionsSchema = byTask(inferOptionsSchema);
  const paths = [
    { path: "/v2/models/:name/infer", params: modelParamsSchema },
    { path: "/v2/models/:name/versions/:version/infer", params: modelVersionParamsSchema },
  ];
  for (const { path, params } of paths) {
    const head = {
      summary: "Run a model on a tensor of items",
      needs: "predict",
      items: firstOfShape,
      tag: "Open Inference Protocol v2",
      params,
    } as const;
    const schema = describedSchema(head, () => ({
      body: inferRequestSchema,
      responses: {
        200: { description: "The wanted outputs", schema: inferResponseSchema },
        400: { description: "The body is not JSON, or a value breaks a rule", schema: inferenceErrorSchema },
        404: { description: "The model or version is not loaded", schema: inferenceErrorSchema },
        413: { description: "The body is too large", schema: inferenceErrorSchema },
        415: { description: "The body is announced as something else", schema: inferenceErrorSchema },
        500: { description: "The model could not be run", schema: inferenceErrorSchema },
        ...overloadResponses(inferenceErrorSchema),
      },
    }));
    app.post<{ Params: ModelPath; Body: TensorBody | undefined }>(
      path,
      { schema },
      async (request, reply): Promise<InferResponse | Buffer> => {
        const body = checked(inferRequestSchema, request.body?.json, "body");
        const routed = router.route(request, reply, referenceOf(request.params));
        const { model } = routed;
        const { row, record } = model;
        const { name, version, manifest } = record;
        const wanted = wantedOutputs(body, Object.keys(row.tensors.outputs));
        requireClasses(wanted, model);
        const options = checked(optionsSchema(manifest.task), { parameters: body.parameters ?? {} }, "body");
        const items = row.tensors.items(readInputs(body, request.body?.tail), limits);
        requireFit(model, items);
        const raw = await answerer.answer({
          ...routed,
          items,
          options,
          response: reply.raw,
          call: request.call,
          ...termsOf(request, body.parameters?.timeout),
        });
        const { described, tail } = splitOutputs(
          wanted.map((output) => ({
            tensor: outputTensor(output, raw, { row, manifest, options }),
            binary: output.binary,
          })),
        );
        const answer = {
          model_name: name,
          model_version: String(version),
          ...(typeof body.id !== "string" ? {} : { id: body.id }),
          outputs: described,
        };
        if (tail.length === 0) return answer;
        const json = Buffer.from(JSON.stringify(answer));
        reply.header(JSON_LENGTH_HEADER, json.length).type("application/octet-stream");
        return Buffer.concat([json, ...tail]);
      },
    );
  }
}
