import type { Recipes } from "@modelwright/contracts";
import type { RegressionOutcome } from "@modelwright/evaluation";
import { numberObjective } from "@modelwright/models";
import { numberTargets, tfidfModel } from "@modelwright/training";
import { inUnit, scaleOf, standardised } from "../target-scale.ts";
import type { BaselineContext } from "../task.ts";
import { textsOf } from "../text-encoder/text-rows.ts";
import { type NumberRows, targetsOf } from "./rows.ts";

type Context = Pick<
  BaselineContext<"text-regression", NumberRows, unknown, RegressionOutcome>,
  "recipe" | "learning" | "test" | "onProgress"
>;
type Name = Recipes["text-regression"]["evaluate"]["baselines"][number];

/** The weight of the penalty in ridge regression over the sum of squared errors: 1, as scikit-learn's `Ridge` has it. */
const RIDGE = 1;

/** What needs no language model. */
export const baselines: Readonly<Record<Name, (context: Context) => Promise<RegressionOutcome>>> = {
  mean: async ({ learning, test }) => {
    const { mean } = scaleOf(targetsOf(learning.train));
    return { actual: targetsOf(test), predicted: new Float64Array(test.length).fill(mean) };
  },
  tfidf: async ({ recipe, learning, test, onProgress }) => {
    const { seed, threads } = recipe.train;
    const { train, validation } = learning;
    const scale = scaleOf(targetsOf(train));
    const withTargets = (rows: NumberRows) => ({
      texts: textsOf(rows),
      targets: numberTargets(standardised(targetsOf(rows), scale)),
    });
    const { data } = await tfidfModel({
      objective: numberObjective(),
      train: withTargets(train),
      validation: withTargets(validation),
      test: textsOf(test),
      // λ/2·Σw² beside the mean of squared errors.
      l2: (2 * RIDGE) / train.length,
      seed,
      threads,
      onProgress: (share) => onProgress({ stage: "baseline", done: Math.round(share * 100), total: 100 }),
    });
    return { actual: targetsOf(test), predicted: inUnit(data, scale) };
  },
};
