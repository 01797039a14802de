import type { Recipes } from "@modelwright/contracts";
import type { ClassificationOutcome } from "@modelwright/evaluation";
import { majorityBaseline, tfidfBaseline } from "@modelwright/training";
import type { BaselineContext } from "../task.ts";
import { textsOf } from "../text-encoder/text-rows.ts";
import { classesOf, type LabelledRows } from "./rows.ts";

type Context = Pick<
  BaselineContext<"text-classification", LabelledRows, unknown, ClassificationOutcome>,
  "recipe" | "learning" | "test" | "onProgress"
>;
type Name = Recipes["text-classification"]["evaluate"]["baselines"][number];

/** What needs no language model. */
export const baselines: Readonly<Record<Name, (context: Context) => Promise<ClassificationOutcome>>> = {
  majority: async ({ learning, test }) => majorityBaseline(test.labels, classesOf(learning.train), classesOf(test)),
  tfidf: async ({ recipe, learning, test, onProgress }) => {
    const { seed, threads } = recipe.train;
    return tfidfBaseline({
      labels: test.labels,
      train: textsAndClasses(learning.train),
      validation: textsAndClasses(learning.validation),
      test: textsAndClasses(test),
      seed,
      threads,
      onProgress: (share) => onProgress({ stage: "baseline", done: Math.round(share * 100), total: 100 }),
    });
  },
};

function textsAndClasses(split: LabelledRows) {
  return { texts: textsOf(split.rows), classes: classesOf(split) };
}
