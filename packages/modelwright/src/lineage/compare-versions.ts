import { isDeepStrictEqual } from "node:util";
import type { Measure } from "@modelwright/contracts";
import { compareOutcomes, type MetricComparison } from "@modelwright/evaluation";
import { loadVersionOf } from "@modelwright/inference";
import type { GitState, Registry, RunSource, VersionRecord } from "@modelwright/registry";
import { heldOutRows } from "../pipeline/held-out-rows.ts";
import { type LocalVersion, localVersion } from "../pipeline/local-version.ts";
import { type RecipeDifference, recipeDifferences } from "../pipeline/recipe-differences.ts";
import { storedRecipe } from "../pipeline/recipe-digest.ts";
import { trainedReading } from "../pipeline/trained-reading.ts";
import { countTrainedRows, diffTrainedRows, type RowDifference } from "../pipeline/trained-rows.ts";

/** One of two versions that are compared. */
export interface ComparedVersion {
  readonly name: string;
  readonly version: number;
  readonly task: string;
  readonly runId: string;
  readonly createdAt: string;
  readonly sizeBytes: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly git?: GitState;
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  readonly metrics: Readonly<Record<string, Measure>>;
}

/** A source as the one and the other read it; absent where it was none of theirs. */
export interface SourceDifference {
  readonly name: string;
  readonly before?: Omit<RunSource, "name">;
  readonly after?: Omit<RunSource, "name">;
}

/** Two versions on the same labelled rows. */
export interface PairedComparison {
  readonly source: string;
  readonly rows: number;
  /** Rows that each learnt from; absent for a version that does not tell. */
  readonly trainedOn: { readonly before?: number | undefined; readonly after?: number | undefined };
  /** After minus before. */
  readonly differences: readonly MetricComparison[];
}

/** In what a version differs from another. */
export interface VersionComparison {
  readonly before: ComparedVersion;
  readonly after: ComparedVersion;
  /** Of all sources; of those that did not change both sides are the same. */
  readonly sources: readonly SourceDifference[];
  /** Rows that they learnt from, training and validation together; absent where a version does not tell. */
  readonly learntRows?: RowDifference;
  /** Whether they were tested on the same rows; absent where a version does not tell. */
  readonly sameTestRows?: boolean;
  /** Absent where a recipe is none that this Modelwright reads. */
  readonly recipe?: readonly RecipeDifference[];
  /** After minus before on the same rows, which were given. */
  readonly paired?: PairedComparison;
}

export interface CompareOptions {
  /** Labelled rows on which both are evaluated. Default: none, and the metrics of their own tests stand side by side. */
  readonly on?: string | undefined;
  readonly encoding?: string | undefined;
}

/** Compares two versions, of one model or of two. */
export async function compareVersions(
  registry: Registry,
  [before, after]: readonly [VersionRecord, VersionRecord],
  { on, encoding }: CompareOptions = {},
): Promise<VersionComparison> {
  const [runBefore, runAfter] = [await registry.getRun(before.runId), await registry.getRun(after.runId)];
  const [recipeBefore, recipeAfter] = [storedRecipe(runBefore.recipe), storedRecipe(runAfter.recipe)];
  const isHere = before.archived === undefined && after.archived === undefined;
  const paired = on === undefined ? undefined : await comparedOn(registry, [before, after], { on, encoding });
  return {
    before: compared(before, runBefore),
    after: compared(after, runAfter),
    sources: sourceDifferences(before.manifest.lineage.sources ?? [], after.manifest.lineage.sources ?? []),
    ...(isHere && (await rowsOf(await localVersion(registry, before), await localVersion(registry, after)))),
    ...(recipeBefore !== undefined &&
      recipeAfter !== undefined && { recipe: recipeDifferences(recipeBefore, recipeAfter) }),
    ...(paired !== undefined && { paired }),
  };
}

function compared(
  { name, version, runId, createdAt, manifest }: VersionRecord,
  { environment, git }: Pick<ComparedVersion, "environment" | "git">,
): ComparedVersion {
  const { trainRows: train, validationRows: validation, testRows: test } = manifest.lineage;
  return {
    ...{ name, version, task: manifest.task, runId, createdAt },
    sizeBytes: manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0),
    environment,
    ...(git !== undefined && { git }),
    rows: { train, validation, test },
    metrics: manifest.metrics,
  };
}

function sourceDifferences(before: readonly RunSource[], after: readonly RunSource[]): SourceDifference[] {
  const names = new Set([...before, ...after].map(({ name }) => name));
  const side = (sources: readonly RunSource[], name: string, key: "before" | "after") => {
    const found = sources.find((source) => source.name === name);
    return found === undefined ? {} : { [key]: { version: found.version, rows: found.rows } };
  };
  return [...names].map((name) => ({ name, ...side(before, name, "before"), ...side(after, name, "after") }));
}

async function rowsOf(
  before: LocalVersion,
  after: LocalVersion,
): Promise<Pick<VersionComparison, "learntRows" | "sameTestRows">> {
  const learntRows = await diffTrainedRows(before.directory, after.directory);
  const [testBefore, testAfter] = [await heldOutRows(before.directory), await heldOutRows(after.directory)];
  return {
    ...(learntRows !== undefined && { learntRows }),
    ...(testBefore !== undefined &&
      testAfter !== undefined && { sameTestRows: isDeepStrictEqual(testBefore.bytes(), testAfter.bytes()) }),
  };
}

/** @throws {ModelwrightError} `EVALUATION_ROWS_DIFFER` where the two do not answer the same question of the rows. */
async function comparedOn(
  registry: Registry,
  [before, after]: readonly [VersionRecord, VersionRecord],
  { on, encoding }: { readonly on: string; readonly encoding?: string | undefined },
): Promise<PairedComparison> {
  const [ofBefore, ofAfter] = [
    await outcomeOn(await localVersion(registry, before), on, encoding),
    await outcomeOn(await localVersion(registry, after), on, encoding),
  ];
  const { family, outcome, rows } = ofAfter;
  const bootstrap = { resamples: RESAMPLES, seed: SEED };
  const trainedOn = { before: ofBefore.trainedOn, after: ofAfter.trainedOn };
  return { source: on, rows, trainedOn, differences: compareOutcomes(family, outcome, ofBefore.outcome, bootstrap) };
}

/** As `evaluate` has it. */
const RESAMPLES = 1000;
const SEED = 7;

async function outcomeOn({ manifest, directory }: LocalVersion, source: string, encoding: string | undefined) {
  // Only here: the stages load all that training needs.
  const { STAGES } = await import("../tasks/tasks.ts");
  const task = STAGES[manifest.task];
  const trained = await trainedReading(directory);
  const { split } = await task.evaluationRows(manifest, { source, columns: {}, encoding, trained });
  const trainedOn = await countTrainedRows(directory, task.texts(split));
  const model = await loadVersionOf(manifest.task, directory);
  try {
    return {
      family: task.family,
      rows: task.size(split),
      trainedOn,
      outcome: await task.outcome(model, split, { seed: SEED }),
    };
  } finally {
    model.release();
  }
}
