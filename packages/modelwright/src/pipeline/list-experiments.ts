import type { Measure, Recipe } from "@modelwright/contracts";
import type { Registry, RunRecord, RunStatus } from "@modelwright/registry";
import { STAGES, stagesOf } from "../tasks/tasks.ts";

/** Runs of recipes of one name. */
export interface Experiment {
  readonly name: string;
  /** Of its last run. */
  readonly task: string;
  readonly runs: Readonly<Record<RunStatus, number>>;
  /** Versions of data that its finished runs saw. */
  readonly dataVersions: number;
  /** By the metric that decides for the task; absent when no run has it. */
  readonly best?: {
    readonly runId: string;
    readonly metric: string;
    readonly title: string;
    readonly measure: Measure;
  };
  readonly last: { readonly runId: string; readonly at: string; readonly status: RunStatus };
}

/** Every experiment, the one with the newest run first. */
export async function listExperiments(registry: Registry): Promise<Experiment[]> {
  const byName = new Map<string, RunRecord[]>();
  for (const run of await registry.listRuns()) {
    byName.set(run.experiment, [...(byName.get(run.experiment) ?? []), run]);
  }
  return [...byName].map(([name, runs]) => experimentOf(name, runs));
}

/** @param runs The newest first. */
function experimentOf(name: string, runs: readonly RunRecord[]): Experiment {
  const [last] = runs as readonly [RunRecord, ...RunRecord[]];
  const { task } = last.recipe;
  const count = (status: RunStatus) => runs.filter((run) => run.status === status).length;
  const finished = runs.filter((run) => run.status === "finished" && run.recipe.task === task);
  const best = bestOf(last, finished);
  return {
    name,
    task,
    runs: {
      finished: count("finished"),
      running: count("running"),
      failed: count("failed"),
      interrupted: count("interrupted"),
    },
    dataVersions: new Set(finished.flatMap(({ dataSha256 }) => dataSha256 ?? [])).size,
    ...(best !== undefined && { best }),
    last: { runId: last.id, at: last.createdAt, status: last.status },
  };
}

function bestOf({ recipe }: RunRecord, finished: readonly RunRecord[]): Experiment["best"] {
  if (!(recipe.task in STAGES)) return undefined;
  const { family } = stagesOf(recipe as unknown as Recipe);
  const { title, better } = family.metrics[family.deciding]!;
  const sign = better === "higher" ? 1 : -1;
  let best: Experiment["best"];
  for (const { id, metrics } of finished) {
    const measure = metrics?.[family.deciding];
    if (measure === undefined || Number.isNaN(measure.value)) continue;
    if (best !== undefined && sign * measure.value <= sign * best.measure.value) continue;
    best = { runId: id, metric: family.deciding, title, measure };
  }
  return best;
}
