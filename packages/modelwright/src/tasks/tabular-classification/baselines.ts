import type { Recipes } from "@modelwright/contracts";
import type { ClassificationOutcome } from "@modelwright/evaluation";
import { majorityBaseline } from "@modelwright/training";
import { learningProblem } from "../table-rows/learning-problem.ts";
import { fitLinear } from "../table-rows/linear-learner.ts";
import type { BaselineContext } from "../task.ts";
import { type FittedTableClassifier, lessonsOf } from "./fit.ts";
import { classesOf, type LabelledTable } from "./rows.ts";

type Context = Pick<
  BaselineContext<"tabular-classification", LabelledTable, unknown, ClassificationOutcome>,
  "recipe" | "learning" | "test" | "fitted" | "onProgress"
>;
type Name = Recipes["tabular-classification"]["evaluate"]["baselines"][number];

/** What needs no trees. */
export const baselines: Readonly<Record<Name, (context: Context) => Promise<ClassificationOutcome | undefined>>> = {
  majority: async ({ learning, test }) => majorityBaseline(test.labels, classesOf(learning.train), classesOf(test)),
  linear: async ({ recipe, learning, test, onProgress, ...context }) => {
    const { parts, linear } = context.fitted as FittedTableClassifier;
    if (parts.length === 1 && parts[0].kind === "linear") return undefined;
    const model =
      linear ??
      (await fitLinear(
        learningProblem(recipe, lessonsOf(learning)).problem.train,
        { recipe },
        {
          onProgress: (share) => onProgress({ stage: "baseline", done: Math.round(share * 100), total: 100 }),
          shouldStop: () => false,
        },
      ));
    return { labels: test.labels, actual: classesOf(test), probabilities: await model!.predict(test.frame) };
  },
};
