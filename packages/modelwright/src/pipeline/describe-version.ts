import type {
  CrossValidationManifest,
  Measure,
  ModelManifest,
  OwnManifestOf,
  Recipe,
  TaskName,
} from "@modelwright/contracts";
import type { SourceVersion, TextLanguage } from "@modelwright/data";
import type { RunRecord } from "@modelwright/registry";
import type { AnyTask, PreparedData } from "../tasks/task.ts";

/** The manifest of a version, but for its files. */
export function describeVersion(
  task: AnyTask,
  recipe: Recipe,
  version: {
    readonly number: number;
    readonly run: Pick<RunRecord, "id" | "recipeSha256">;
    /** Default: nothing is known of them. */
    readonly sources?: readonly SourceVersion[];
    readonly data: Pick<PreparedData<unknown>, "learning" | "digest" | "language"> & {
      readonly test: { readonly size: number };
    };
    readonly own: OwnManifestOf<TaskName>;
    readonly measures: Readonly<Record<string, Measure>>;
    /** Default: there was none. */
    readonly crossValidation?: CrossValidationManifest | undefined;
  },
): ModelManifest {
  const { number, run, sources = [], data, own, measures, crossValidation } = version;
  const { train, validation } = data.learning;
  const manifest = {
    format: 1,
    name: recipe.name,
    version: number,
    task: recipe.task,
    createdAt: new Date().toISOString(),
    runId: run.id,
    ...own,
    metrics: Object.fromEntries(Object.entries(measures).filter(([name]) => isOverall(name))),
    ...(crossValidation === undefined ? {} : { crossValidation }),
    lineage: {
      recipeSha256: run.recipeSha256,
      dataSha256: data.digest,
      ...(sources.length === 0 ? {} : { sources: [...sources] }),
      trainRows: task.size(train),
      validationRows: task.size(validation),
      testRows: data.test.size,
      seed: recipe.train.seed,
      ...writtenIn(data.language),
    },
    files: [],
  };
  // The common part of a manifest and the part that the task's own type describes make the whole.
  return manifest as unknown as ModelManifest;
}

/** Leaves out what is not known: an absent value is not the same as an undefined one. */
function writtenIn(found: TextLanguage | undefined) {
  if (found === undefined) return {};
  const { script, language } = found;
  return language === undefined ? { script } : { script, language };
}

/** Metrics of the whole test split; those of single labels stand in the report. */
function isOverall(name: string): boolean {
  return !name.includes(":");
}
