import type { TaskName } from "@modelwright/contracts";
import { type Fact, renderModelCard } from "@modelwright/evaluation";
import { renderReport } from "@modelwright/evaluation/report";
import type { AnyTask, DocumentContext } from "../tasks/task.ts";

/** Texts of a version that name its number: `README.md`, its model card, and `report.html`. */
export function versionDocuments(
  task: AnyTask,
  context: DocumentContext<TaskName, unknown, unknown, unknown>,
): Record<string, string> {
  const { manifest, recipe, data, fitted, model, baselines, environment } = context;
  return {
    "README.md": renderModelCard({
      manifest,
      family: task.family,
      dataset: { name: recipe.data.source, summary: data.report },
      measures: model.measures,
      baselines,
      parts: task.card(context),
    }),
    "report.html": renderReport({
      model: { name: manifest.name, version: manifest.version },
      task: manifest.task.replaceAll("-", " "),
      createdAt: manifest.createdAt,
      family: task.family,
      body: task.report(context),
      recipe: flatten(recipe),
      data: data.report,
      measures: model.measures,
      baselines,
      learning: task.learning(fitted),
      environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
      lineage: [
        { name: "run", value: manifest.runId },
        ...Object.entries(manifest.lineage).map(([name, value]) => ({ name, value: String(value) })),
      ],
    }),
  };
}

/** A nested object as lines `a.b: value`. */
function flatten(value: object, prefix = ""): Fact[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const name = `${prefix}${key}`;
    if (typeof inner === "object" && inner !== null && !Array.isArray(inner)) return flatten(inner, `${name}.`);
    return [{ name, value: Array.isArray(inner) ? inner.join(", ") : String(inner) }];
  });
}
