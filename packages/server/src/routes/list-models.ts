import { type ModelList, type ModelManifest, modelListSchema, type TablePreprocessing } from "@modelwright/contracts";
import type { FastifyInstance } from "fastify";
import type { ServedModels } from "../inference/served-models.ts";
import { openAiModel } from "./openai/openai-models.ts";
import { routeSchema } from "./route-schema.ts";

export function listModelsRoute(app: FastifyInstance): void {
  const schema = routeSchema({
    summary: "List the loaded models",
    needs: "read",
    tag: "predictions",
    responses: { 200: { description: "Every loaded version", schema: modelListSchema } },
  });
  app.get("/v1/models", { schema }, ({ models }) => modelList(models));
}

export function modelList(models: ServedModels): ModelList {
  return {
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
        ...columnsOf(record.manifest),
        createdAt: record.createdAt,
      };
    }),
  };
}

/** The columns of a model of rows. */
function columnsOf({ signature, preprocessing }: ModelManifest): Pick<ModelList["models"][number], "columns"> {
  if (signature.input !== "row") return {};
  const { columns } = preprocessing as TablePreprocessing;
  return {
    columns: columns.map(({ name, kind, categories }) => ({
      name,
      kind,
      ...(categories === undefined ? {} : { categories }),
    })),
  };
}
