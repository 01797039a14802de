import type { Recipes } from "@modelwright/contracts";
import type { RegressionOutcome } from "@modelwright/evaluation";
import { learningProblem } from "../table-rows/learning-problem.ts";
import { fitLinear } from "../table-rows/linear-learner.ts";
import type { BaselineContext } from "../task.ts";
import { type FittedTableRegressor, lessonsOf } from "./fit.ts";
import { type NumberTable, targetsOf } from "./rows.ts";

type Context = Pick<
  BaselineContext<"tabular-regression", NumberTable, unknown, RegressionOutcome>,
  "recipe" | "learning" | "test" | "fitted" | "onProgress"
>;
type Name = Recipes["tabular-regression"]["evaluate"]["baselines"][number];

/** What needs no trees. */
export const baselines: Readonly<Record<Name, (context: Context) => Promise<RegressionOutcome | undefined>>> = {
  mean: async ({ learning, test }) => {
    const targets = targetsOf(learning.train);
    const mean = targets.reduce((sum, target) => sum + target, 0) / targets.length;
    return { actual: targetsOf(test), predicted: new Float64Array(test.rows.length).fill(mean) };
  },
  linear: async ({ recipe, learning, test, onProgress, ...context }) => {
    const { parts, linear } = context.fitted as FittedTableRegressor;
    if (parts.length === 1 && parts[0].kind === "linear") return undefined;
    const model =
      linear ??
      (await fitLinear(
        learningProblem(recipe, lessonsOf(learning), recipe.data.columns.target).problem.train,
        { recipe },
        {
          onProgress: (share) => onProgress({ stage: "baseline", done: Math.round(share * 100), total: 100 }),
          shouldStop: () => false,
        },
      ));
    return { actual: targetsOf(test), predicted: await model!.predict(test.frame) };
  },
};
