import type { Recipes } from "@modelwright/contracts";
import { fitThresholds, type MultiLabelOutcome } from "@modelwright/evaluation";
import { labelObjective } from "@modelwright/models";
import { numberTargets, tfidfModel } from "@modelwright/training";
import type { BaselineContext } from "../task.ts";
import { textsOf } from "../text-encoder/text-rows.ts";
import { type LabelSetRows, marksOf } from "./rows.ts";
import { sigmoids } from "./sigmoid.ts";

type Context = Pick<
  BaselineContext<"multi-label-classification", LabelSetRows, unknown, MultiLabelOutcome>,
  "recipe" | "learning" | "test" | "onProgress"
>;
type Name = Recipes["multi-label-classification"]["evaluate"]["baselines"][number];

/** What needs no language model; thresholds are fitted on the validation rows as the model's are. */
export const baselines: Readonly<Record<Name, (context: Context) => Promise<MultiLabelOutcome>>> = {
  frequency: async ({ learning, test }) => {
    const shares = sharesOf(learning.train);
    const repeated = ({ rows }: LabelSetRows) => Float64Array.from(rows.flatMap(() => shares));
    return outcomeOf({ learning, test, validation: repeated(learning.validation), tested: repeated(test) });
  },
  tfidf: async ({ recipe, learning, test, onProgress }) => {
    const { seed, threads } = recipe.train;
    const { length: width } = test.labels;
    const withTargets = (split: LabelSetRows) => ({
      texts: textsOf(split.rows),
      targets: numberTargets(marksOf(split), width),
    });
    const { data } = await tfidfModel({
      objective: labelObjective({ labels: width }),
      train: withTargets(learning.train),
      validation: withTargets(learning.validation),
      test: [...textsOf(learning.validation.rows), ...textsOf(test.rows)],
      seed,
      threads,
      onProgress: (share) => onProgress({ stage: "baseline", done: Math.round(share * 100), total: 100 }),
    });
    const probabilities = sigmoids(data);
    const border = learning.validation.rows.length * width;
    const [validation, tested] = [probabilities.subarray(0, border), probabilities.subarray(border)];
    return outcomeOf({ learning, test, validation, tested });
  },
};

/** How often the training rows have each label. */
function sharesOf(split: LabelSetRows): number[] {
  const { length: width } = split.labels;
  const counts = new Array<number>(width).fill(0);
  for (const [i, mark] of marksOf(split).entries()) counts[i % width]! += mark;
  return counts.map((count) => count / split.rows.length);
}

function outcomeOf({
  learning,
  test,
  validation,
  tested,
}: Pick<Context, "learning" | "test"> & {
  readonly validation: Float64Array;
  readonly tested: Float64Array;
}): MultiLabelOutcome {
  const { labels } = test;
  const thresholds = fitThresholds({ labels, actual: marksOf(learning.validation), probabilities: validation });
  return { labels, actual: marksOf(test), probabilities: tested, thresholds };
}
