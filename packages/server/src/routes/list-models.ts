import { type ModelList, modelListSchema } from "@modelwright/contracts";
import type { FastifyInstance } from "fastify";
import { openAiModel } from "./openai/openai-models.ts";
import type { RouteContext } from "./route-context.ts";
import { routeSchema } from "./route-schema.ts";

export function listModelsRoute(app: FastifyInstance, { models }: RouteContext): void {
  const schema = routeSchema({
    summary: "List the loaded models",
    tag: "predictions",
    responses: { 200: { description: "Every loaded version", schema: modelListSchema } },
  });
  app.get(
    "/v1/models",
    { schema },
    (): ModelList => ({
      object: "list",
      data: models.all.map(openAiModel),
      models: models.all.map(({ record, references, row }) => {
        const labels = row.labels?.(record.manifest);
        return {
          name: record.name,
          version: record.version,
          references: [...references],
          task: record.manifest.task,
          ...(labels === undefined ? {} : { labels: [...labels] }),
          ...(record.manifest.signature.input === "text-pair" ? { pairs: true } : {}),
          createdAt: record.createdAt,
        };
      }),
    }),
  );
}
