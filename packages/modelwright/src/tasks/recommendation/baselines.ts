import type { Recipes } from "@modelwright/contracts";
import type { EventRows } from "@modelwright/data";
import { defaultRuntime, encodeModel } from "@modelwright/engine";
import type { RecommendationOutcome } from "@modelwright/evaluation";
import { Recommender } from "@modelwright/inference";
import { ratingFactors } from "@modelwright/training";
import type { BaselineContext } from "../task.ts";
import type { FittedRecommender } from "./fit.ts";
import { graphOf } from "./graph.ts";
import { outcomeOf } from "./outcome.ts";
import type { RankerRecipe } from "./rankers/ranker.ts";
import { RANKER_ROWS } from "./rankers/table.ts";
import type { RatingModel } from "./rating-model.ts";

type Context = Pick<
  BaselineContext<"recommendation", EventRows, Recommender, RecommendationOutcome>,
  "recipe" | "test" | "fitted" | "model" | "onProgress"
>;
type Name = Recipes["recommendation"]["evaluate"]["baselines"][number];

const COSINE = { similarity: "cosine" } as const;

/** What is learnt without a choice. */
const BASELINES: Readonly<
  Record<Name, { readonly choice: object | undefined; is(fitted: FittedRecommender): boolean }>
> = {
  popularity: { choice: undefined, is: ({ ranker }) => ranker.kind === "popularity" },
  "item-to-item": {
    choice: COSINE,
    is: ({ ranker }) => ranker.kind === "item-to-item" && ranker.settings.startsWith(COSINE.similarity),
  },
};

/** A baseline of the same events as the model; undefined where the model is one. */
export async function baseline(
  name: Name,
  { recipe, test, fitted, model, onProgress }: Context,
): Promise<RecommendationOutcome | undefined> {
  const { lesson, ratings, ...own } = fitted as FittedRecommender;
  const { choice, is } = BASELINES[name];
  if (is({ lesson, ...own })) return undefined;
  const ranker = await RANKER_ROWS[name].fit(lesson, choice, {
    recipe: recipe as RankerRecipe,
    onProgress: () => {},
    shouldStop: () => false,
  });
  const graph = graphOf(lesson, ranker!, ratings && biasesOnly(ratings, fitted as FittedRecommender));
  const session = await (await defaultRuntime()).createSession(encodeModel(graph), { threads: recipe.train.threads });
  const beside = new Recommender({ directory: "", file: name, manifest: model.manifest, session });
  try {
    return await outcomeOf(beside, test, (done, total) => onProgress({ stage: "baseline", done, total }));
  } finally {
    beside.release();
  }
}

/** Ratings by what the item gets from all and the user gives to all. */
function biasesOnly({ regularisation, lowest, highest }: RatingModel, { lesson }: FittedRecommender): RatingModel {
  const factors = ratingFactors(lesson.events, { factors: 0, regularisation, iterations: 10, seed: 0 })!;
  return { regularisation, lowest, highest, factors };
}
