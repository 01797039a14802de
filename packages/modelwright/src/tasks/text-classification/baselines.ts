import type { Recipes } from "@modelwright/contracts";
import type { ClassificationOutcome } from "@modelwright/evaluation";
import { majorityBaseline, outcomeOf, trainNgramModel } from "@modelwright/training";
import type { BaselineContext } from "../task.ts";
import { textsOf } from "../text-encoder/text-rows.ts";
import { type FittedClassifier, ngramTraining } from "./fit.ts";
import { classesOf, type LabelledRows } from "./rows.ts";

type Context = Pick<
  BaselineContext<"text-classification", LabelledRows, unknown, ClassificationOutcome>,
  "recipe" | "learning" | "test" | "fitted" | "onProgress"
>;
type Name = Recipes["text-classification"]["evaluate"]["baselines"][number];

/** What needs no language model. */
export const baselines: Readonly<Record<Name, (context: Context) => Promise<ClassificationOutcome | undefined>>> = {
  majority: async ({ learning, test }) => majorityBaseline(test.labels, classesOf(learning.train), classesOf(test)),
  tfidf: async ({ recipe, learning, test, onProgress, ...context }) => {
    const fitted = context.fitted as FittedClassifier | undefined;
    if (fitted?.model.kind === "tfidf") return undefined;
    const model =
      fitted?.tfidf ??
      (await trainNgramModel({
        ...ngramTraining(recipe, learning),
        onProgress: (share) => onProgress({ stage: "baseline", done: Math.round(share * 100), total: 100 }),
      }));
    const data = model!.logits(textsOf(test.rows));
    const shape = [test.rows.length, test.labels.length];
    return outcomeOf(test.labels, classesOf(test), { dtype: "float32", shape, data });
  },
};
