import type { DriftReference, ModelManifest, TaskName } from "@modelwright/contracts";
import { type BaselineResult, renderModelCard } from "@modelwright/evaluation";
import { renderReport } from "@modelwright/evaluation/report";
import { REFERENCE_FILE } from "../monitoring/make-reference.ts";
import type { AnyTask, DocumentContext } from "../tasks/task.ts";
import { json } from "../tasks/version-files.ts";
import { counted } from "../wording/quantities.ts";
import type { RowDoubt } from "./folds/row-doubt.ts";
import { recipeFacts } from "./recipe-facts.ts";

/** What the documents are written from beside what a task's own parts of them are. */
export interface VersionContext extends DocumentContext<TaskName, unknown, unknown, unknown> {
  /** The version that served until now, on the same test rows. Default: there is none to compare with. */
  readonly previous?: BaselineResult | undefined;
  /** Default: nothing is known of labels. */
  readonly labelDoubts?: readonly RowDoubt[] | undefined;
  /** What its traffic will be compared with. Default: nothing. */
  readonly reference?: DriftReference | undefined;
  /** Paths of the values that the recipe's writer set. Default: all. */
  readonly recipeSets?: readonly string[] | undefined;
}

/**
 * Texts of a version that are written when it is registered: `README.md`, its model card, `report.html`,
 * `examples.json`, test rows to try it with, and `reference.json`, with which its traffic is compared.
 */
export function versionDocuments(task: AnyTask, context: VersionContext): Record<string, string> {
  const { manifest, recipe, data, test, fitted, model, baselines, previous, environment, recipeSets, labelDoubts } =
    context;
  const { reference } = context;
  return {
    ...(reference === undefined ? {} : { [REFERENCE_FILE]: JSON.stringify(reference) }),
    "examples.json": json(task.trials(test)),
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
      recipe: recipeFacts(recipe, recipeSets),
      data: data.report,
      measures: model.measures,
      baselines,
      previous,
      crossValidation: manifest.crossValidation,
      labelDoubts: labelDoubts && {
        of: labelDoubts.length,
        rows: labelDoubts.filter(({ isSuspicious }) => isSuspicious),
      },
      learning: task.learning(fitted),
      environment: facts(environment),
      lineage: lineageFacts(manifest),
    }),
  };
}

function lineageFacts({
  runId,
  lineage: { sources = [], ...lineage },
}: Pick<ModelManifest, "runId" | "lineage">): Fact[] {
  const read = sources.map(({ name, version, rows }) => ({
    name: `Version of ${name}`,
    value: `${version} (${counted(rows, "row")})`,
  }));
  return [...facts({ runId, ...lineage }), ...read];
}

/** What values are called that a version keeps under names for programs. */
const TITLES: ReadonlyMap<string, string> = new Map([
  ["runId", "Run"],
  ["recipeSha256", "Recipe, SHA-256"],
  ["dataSha256", "Data, SHA-256"],
  ["trainRows", "Trained on"],
  ["validationRows", "Validated on"],
  ["testRows", "Tested on"],
  ["seed", "Seed"],
  ["script", "Script of the texts, ISO 15924"],
  ["language", "Language of the texts, ISO 639-1"],
  ["node", "Node.js"],
  ["platform", "Platform"],
  ["threads", "Threads"],
  ["executionProvider", "Execution provider"],
]);

interface Fact {
  readonly name: string;
  readonly value: string;
}

function facts(values: object): Fact[] {
  return Object.entries(values).map(([name, value]) => ({ name: TITLES.get(name) ?? name, value: String(value) }));
}
