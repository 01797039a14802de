import type { CandidatesManifest, Recipe } from "@modelwright/contracts";
import type { LearningHistory, MetricFamily } from "@modelwright/evaluation";
import type { Evaluation } from "./evaluate-once.ts";
import { losesTo } from "./evaluate-once.ts";

/** What is known when a run ends. */
export interface RunOutcome {
  readonly recipe: Recipe;
  readonly family: Pick<MetricFamily<never>, "deciding">;
  readonly learning: LearningHistory;
  readonly baselines: readonly Pick<Evaluation["baselines"][number], "name" | "comparisons">[];
  readonly candidates?: CandidatesManifest | undefined;
}

type Adviser = (outcome: RunOutcome) => string | undefined;

/** What results are worth trying, the most promising first; each is silent where it does not apply. */
const ADVISERS: readonly Adviser[] = [letCandidatesCompete, trainLonger, allowMoreTime];

export function advise(outcome: RunOutcome): string[] {
  return ADVISERS.flatMap((adviser) => adviser(outcome) ?? []);
}

/** A network that TF-IDF beats would have lost as a candidate. */
function letCandidatesCompete({ recipe: { model }, family, baselines }: RunOutcome): string | undefined {
  const lost = baselines.some((baseline) => baseline.name === "tfidf" && losesTo(family, baseline));
  const canChoose = "fineTune" in model && model.fineTune !== "auto";
  return lost && canChoose
    ? "TF-IDF is better here: --set model.fineTune=auto keeps the best of both (text classification)"
    : undefined;
}

/** A validation that was best at its end had more to gain. */
function trainLonger({ recipe: { train }, learning: { evaluations } }: RunOutcome): string | undefined {
  const last = evaluations.at(-1);
  if (last === undefined || evaluations.length < 2) return undefined;
  const isBest = evaluations.slice(0, -1).every(({ loss }) => loss > last.loss);
  if (!isBest) return undefined;
  const longer = `--set train.epochs=${2 * train.epochs}`;
  const budget = "budget" in train && train.budget !== undefined ? " and a larger train.budget" : "";
  return `the validation loss still fell at the end: train longer, ${longer}${budget}`;
}

function allowMoreTime({ candidates }: RunOutcome): string | undefined {
  const names = candidates?.passedOver.map(({ name }) => name) ?? [];
  return names.length === 0 ? undefined : `a larger train.budget lets ${names.join(" and ")} compete`;
}
