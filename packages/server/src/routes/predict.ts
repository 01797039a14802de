import {
  errorBodySchema,
  modelParamsSchema,
  type PredictRequestBody,
  type PredictResponse,
  predictQuerySchema,
  predictRequestSchema,
  predictResponseSchema,
} from "@modelwright/contracts";
import type { FastifyInstance } from "fastify";
import { classify } from "../inference/classify.ts";
import type { RouteContext } from "./route-context.ts";
import { routeSchema } from "./route-schema.ts";

const TASK = "text-classification";

interface PredictRoute {
  Params: { name: string };
  Querystring: { all?: boolean; topK?: number };
  Body: PredictRequestBody;
}

export function predictRoute(app: FastifyInstance, { models, batcher, metrics, limits }: RouteContext): void {
  const schema = routeSchema({
    summary: "Classify one text or several",
    tag: "predictions",
    params: modelParamsSchema,
    query: predictQuerySchema(TASK),
    body: predictRequestSchema(TASK, limits),
    responses: {
      200: { description: "A prediction for each text, in their order", schema: predictResponseSchema(TASK) },
      400: { description: "The body is not JSON, or a value breaks a rule", schema: errorBodySchema },
      404: { description: "The model is not loaded", schema: errorBodySchema },
      413: { description: "The body is too large", schema: errorBodySchema },
      415: { description: "The body is not announced as JSON", schema: errorBodySchema },
      500: { description: "The model could not be run", schema: errorBodySchema },
      503: { description: "Overloaded, shutting down, or not answered in time", schema: errorBodySchema },
    },
  });
  app.post<PredictRoute>("/v1/models/:name/predict", { schema }, async (request, reply): Promise<PredictResponse> => {
    const { body, query } = request;
    const model = models.find(request.params.name);
    const { name, version, manifest } = model.record;
    const texts = body.items as string[];
    const classified = await classify({ model, texts, batcher, metrics, response: reply.raw });
    const shown = query.topK ?? (query.all ? manifest.labels.length : 0);
    return {
      model: { name, version },
      predictions: classified.map(({ label, probability, probabilities }) => ({
        label,
        probability,
        ...(shown === 0 ? {} : { probabilities: likeliest(manifest.labels, probabilities, shown) }),
      })),
    };
  });
}

/** The `count` likeliest labels with their probabilities, likeliest first. */
function likeliest(labels: readonly string[], probabilities: Float64Array, count: number): Record<string, number> {
  const order = Array.from(labels.keys()).sort((a, b) => probabilities[b]! - probabilities[a]!);
  return Object.fromEntries(order.slice(0, count).map((i) => [labels[i]!, probabilities[i]!]));
}
