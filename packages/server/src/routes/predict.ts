import {
  anyOfSchemas,
  errorBodySchema,
  modelParamsSchema,
  type PredictResponse,
  predictQueryDocument,
  predictQuerySchema,
  predictRequestSchema,
  predictResponseSchema,
  type TaskName,
} from "@modelwright/contracts";
import type { FastifyInstance } from "fastify";
import { longestList } from "../access/count-items.ts";
import { byTask } from "./by-task.ts";
import { checked } from "./checked.ts";
import { overloadResponses } from "./overload-responses.ts";
import { termsOf } from "./request-terms.ts";
import { requireFit } from "./require-fit.ts";
import type { RouteContext } from "./route-context.ts";
import { describedSchema } from "./route-schema.ts";

export function predictRoute(app: FastifyInstance, { answerer, router, limits }: RouteContext): void {
  const schemas = byTask((task) => ({ query: predictQuerySchema(task), body: predictRequestSchema(task, limits) }));
  const head = {
    summary: "Predict for one item or several",
    needs: "predict",
    items: longestList,
    tag: "predictions",
    params: modelParamsSchema,
  } as const;
  const schema = describedSchema(head, (tasks) => ({
    description: tasks.length === 1 ? undefined : "Bodies and options are those of the model's task.",
    query: predictQueryDocument(tasks),
    body: anyOfSchemas(tasks.map((task) => schemas(task).body)),
    responses: {
      200: {
        description: "A prediction per item, in their order",
        schema: anyOfSchemas(tasks.map(predictResponseSchema)),
      },
      400: { description: "The body is not JSON, or a value breaks a rule", schema: errorBodySchema },
      404: { description: "The model is not loaded", schema: errorBodySchema },
      413: { description: "The body is too large", schema: errorBodySchema },
      415: { description: "The body is not announced as JSON", schema: errorBodySchema },
      500: { description: "The model could not be run", schema: errorBodySchema },
      ...overloadResponses(errorBodySchema),
    },
  }));
  app.post<{ Params: { name: string } }>(
    "/v1/models/:name/predict",
    { schema },
    async (request, reply): Promise<PredictResponse<TaskName>> => {
      const routed = router.route(request, reply, request.params.name);
      const { row, record } = routed.model;
      const { name, version, manifest } = record;
      const { query, body } = schemas(manifest.task);
      const { items, options: given } = checked(body, request.body, "body");
      requireFit(routed.model, items);
      const options = { ...checked(query, request.query, "query"), ...given };
      const raw = await answerer.answer({
        ...routed,
        items,
        options,
        response: reply.raw,
        call: request.call,
        ...termsOf(request),
      });
      return {
        id: request.call.id,
        model: { name, version },
        predictions: raw.map((answer) => row.show(answer, { manifest, options })),
      };
    },
  );
}
