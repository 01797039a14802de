import { modelParamsSchema, type OpenAiModel, openAiErrorSchema, openAiModelSchema } from "@modelwright/contracts";
import type { FastifyInstance } from "fastify";
import type { ServedModel } from "../../inference/served-models.ts";
import { routeSchema } from "../route-schema.ts";

/** A model as OpenAI's clients list it. */
export function openAiModel({ references, record }: ServedModel): OpenAiModel {
  const created = Math.floor(Date.parse(record.createdAt) / 1000);
  return { id: references[0]!, object: "model", created, owned_by: "modelwright" };
}

/** `GET /v1/models/{name}`, as OpenAI's clients ask whether a model is there. */
export function openAiModelRoute(app: FastifyInstance): void {
  const schema = routeSchema({
    summary: "Find a loaded model",
    needs: "read",
    tag: "OpenAI",
    params: modelParamsSchema,
    responses: {
      200: { description: "The model", schema: openAiModelSchema },
      404: { description: "The model is not loaded", schema: openAiErrorSchema },
    },
  });
  app.get<{ Params: { name: string } }>("/v1/models/:name", { schema }, ({ models, params }) =>
    openAiModel(models.find(params.name)),
  );
}
