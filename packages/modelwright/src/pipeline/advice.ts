import { type CandidatesManifest, type Measure, NO_BASE, type Recipe } from "@modelwright/contracts";
import { formatValue, type LearningHistory, labelMetricKey, type MetricFamily } from "@modelwright/evaluation";
import { counted } from "../wording/quantities.ts";
import type { Evaluation } from "./evaluate-once.ts";
import { losesTo } from "./evaluate-once.ts";
import { decidingMetric } from "./promotion.ts";

/** What is known when a run ends. */
export interface RunOutcome {
  readonly recipe: Recipe;
  readonly family: Pick<MetricFamily<never>, "deciding" | "metrics" | "margin">;
  readonly measures: Readonly<Record<string, Measure>>;
  readonly learning: LearningHistory;
  readonly baselines: readonly Pick<Evaluation["baselines"][number], "name" | "comparisons">[];
  readonly candidates?: CandidatesManifest | undefined;
  /** Whether the pretrained encoder does not read the language of the texts. Default: it does, or there is none. */
  readonly isForeign?: boolean | undefined;
  /** Older versions of the model that were evaluated on the same rows. */
  readonly earlier: readonly EarlierVersion[];
}

export interface EarlierVersion {
  readonly version: number;
  /** Its `model.fineTune`, of a task that has one. */
  readonly fineTune?: string | undefined;
  readonly measures: Readonly<Record<string, Measure>>;
}

type Adviser = (outcome: RunOutcome) => string | undefined;

/** What results are worth trying, the most promising first; each is silent where it does not apply. */
const ADVISERS: readonly Adviser[] = [
  goBackToWhatReachedMore,
  letCandidatesCompete,
  countRareLabelsMore,
  trainLonger,
  allowMoreTime,
];

export function advise(outcome: RunOutcome): string[] {
  return ADVISERS.flatMap((adviser) => adviser(outcome) ?? []);
}

/** An older version that was made in another way, and reached more on the same test rows. */
function goBackToWhatReachedMore({ recipe: { model }, family, measures, earlier }: RunOutcome): string | undefined {
  // What has no base cannot be tuned in another way.
  if (!("fineTune" in model) || model.base === NO_BASE) return undefined;
  const { title, better, margin } = decidingMetric(family);
  const scoreOf = (of: RunOutcome["measures"]) =>
    (of[family.deciding]?.value ?? Number.NaN) * (better === "higher" ? 1 : -1);
  const [best] = earlier
    .filter(({ fineTune }) => fineTune === "frozen" || fineTune === "full")
    .sort((a, b) => scoreOf(b.measures) - scoreOf(a.measures));
  if (best === undefined || best.fineTune === model.fineTune) return undefined;
  if (!(scoreOf(best.measures) > scoreOf(measures) + margin)) return undefined;
  const reached = formatValue(best.measures[family.deciding]!.value);
  return `${best.fineTune} reached ${title} ${reached} on the same test rows (version ${best.version}): --set model.fineTune=${best.fineTune}`;
}

/** A network that TF-IDF beats would have lost as a candidate. */
function letCandidatesCompete({ recipe: { model, train }, family, baselines }: RunOutcome): string | undefined {
  const lost = baselines.some((baseline) => baseline.name === "tfidf" && losesTo(family, baseline));
  const isTaught = "teacher" in train && train.teacher !== undefined;
  const canChoose = "fineTune" in model && model.fineTune !== "auto" && !isTaught;
  return lost && canChoose
    ? "TF-IDF is better here: --set model.fineTune=auto keeps the best of both (text classification)"
    : undefined;
}

/** Below this share of its test rows a label is hardly ever found. */
const HARDLY_FOUND = 0.1;

/** Where one label has most rows, the likeliest answer may always be that one. */
function countRareLabelsMore({ recipe: { train }, measures }: RunOutcome): string | undefined {
  const isBalanced = "resample" in train && train.resample !== "none";
  if (!("classWeights" in train) || train.classWeights !== "none" || isBalanced) return undefined;
  const prefix = labelMetricKey("recall", "");
  const lost = Object.entries(measures).filter(([key, { value }]) => key.startsWith(prefix) && value < HARDLY_FOUND);
  const [first, ...others] = lost.map(([key]) => JSON.stringify(key.slice(prefix.length)));
  if (first === undefined) return undefined;
  const more = others.length === 0 ? "" : ` and ${counted(others.length, "other label")}`;
  return `rows of ${first}${more} are hardly ever found: --set train.classWeights=balanced lets rare labels count more`;
}

/** A validation that was best at its end had more to gain. */
function trainLonger({ recipe, candidates, learning: { evaluations } }: RunOutcome): string | undefined {
  const { train, model } = recipe;
  // What is validated there is the head, whose epochs are no value of the recipe.
  if ("fineTune" in model && model.fineTune === "contrastive") return undefined;
  const last = evaluations.at(-1);
  if (last === undefined || evaluations.length < 2) return undefined;
  const isBest = evaluations.slice(0, -1).every(({ loss }) => loss > last.loss);
  if (!isBest) return undefined;
  // Of a table the trees that are boosted are validated; a model that is another thing first gains little by more rounds.
  if ("rounds" in train && candidates !== undefined && candidates.kept !== "boosted-trees") return undefined;
  const longer = LENGTHS.flatMap((name) => {
    const length = (train as Partial<Record<string, unknown>>)[name];
    return typeof length === "number" ? [`--set train.${name}=${2 * length}`] : [];
  })[0];
  if (longer === undefined) return undefined;
  const budget = "budget" in train && train.budget !== undefined ? " and a larger train.budget" : "";
  return `the validation loss still fell at the end: train longer, ${longer}${budget}`;
}

/** Under `train`, what says how long is trained, the first that a recipe has. */
const LENGTHS = ["rounds", "steps", "epochs"] as const;

/** What a candidate is that trains the pretrained encoder, in the words of `model.fineTune`. */
const OF_THE_ENCODER: ReadonlySet<string> = new Set(["frozen", "full"]);

function allowMoreTime({ candidates, isForeign = false }: RunOutcome): string | undefined {
  const passedOver = candidates?.passedOver.map(({ name }) => name) ?? [];
  const names = passedOver.filter((name) => !(isForeign && OF_THE_ENCODER.has(name)));
  return names.length === 0 ? undefined : `a larger train.budget lets ${names.join(" and ")} compete`;
}
