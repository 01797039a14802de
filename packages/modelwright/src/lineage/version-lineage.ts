import type {
  FeedbackPart,
  FeedbackTally,
  GitState,
  LearningRun,
  PredictionTally,
  Registry,
  RunSource,
  VersionRecord,
} from "@modelwright/registry";

/** Where a version comes from, and what came of it. */
export interface VersionLineage {
  readonly name: string;
  readonly version: number;
  readonly data: { readonly sha256: string; readonly sources: readonly RunSource[] };
  readonly run: {
    readonly id: string;
    readonly git?: GitState;
    /** The version that was trained anew: `tickets:2`. */
    readonly retrains?: string;
    /** Feedback that it used, by what became of it. */
    readonly feedback: Readonly<Record<FeedbackPart, number>>;
  };
  /** What it answered, by arm of the traffic; what was erased or has expired is gone. */
  readonly predictions: readonly PredictionTally[];
  /** What came back on these. */
  readonly feedback: readonly FeedbackTally[];
  /** Runs that used that. */
  readonly taught: readonly LearningRun[];
}

/** Follows a version to the data that it is of, and to those that learnt from what it answered. */
export async function versionLineage(
  registry: Registry,
  { name, version, runId, manifest }: VersionRecord,
): Promise<VersionLineage> {
  const { predictions, lineage } = registry.stores;
  const key = { name, version };
  const [run, used, tally, feedback, taught] = await Promise.all([
    registry.getRun(runId),
    lineage.of(runId),
    predictions.tally({ model: name, version }),
    lineage.feedbackOn(key),
    lineage.learntFromVersion(key),
  ]);
  const count = (part: FeedbackPart) => used.filter((each) => each.part === part).length;
  const retrains = run.summary?.["retrains"];
  return {
    name,
    version,
    data: { sha256: manifest.lineage.dataSha256, sources: manifest.lineage.sources ?? run.sources ?? [] },
    run: {
      id: runId,
      ...(run.git !== undefined && { git: run.git }),
      ...(typeof retrains === "string" && { retrains }),
      feedback: { training: count("training"), window: count("window") },
    },
    predictions: tally,
    feedback,
    taught,
  };
}
