import type { FeaturesSection } from "@modelwright/contracts";
import {
  checkNumbers,
  chooseFeatures,
  type FeatureMatrix,
  type FeaturePreset,
  type FittedFeatures,
  fitFeatures,
  fitReduction,
  mostRelevant,
} from "@modelwright/data";
import { learnAutoencoder } from "./autoencoder-reduction.ts";
import type { TableLesson } from "./learner.ts";
import type { TableRecipe } from "./table-recipe.ts";
import { featureTarget, trainingNumbers } from "./training-numbers.ts";
import { eliminate, gainShares } from "./tree-relevance.ts";

/** What a learner wants to read, and what the recipe says of it. */
export interface FeatureWish {
  readonly preset: FeaturePreset;
  readonly recipe: TableRecipe;
  /** Whether the model is one of a part of the rows, which may hold categories that others have not. Default false. */
  readonly isPart?: boolean | undefined;
  readonly shouldStop: () => boolean;
}

const learnt = new WeakMap<TableLesson, Map<string, Promise<FittedFeatures>>>();

/**
 * Learns from rows how their columns become numbers: as the recipe says, and where it says nothing as suits the
 * learner. Learners that want the same of the same rows share it.
 *
 * @throws {ModelwrightError} `FEATURES_SETTING_INVALID`, `FEATURES_NONE`.
 */
export function learnFeatures(lesson: TableLesson, wish: FeatureWish): Promise<FittedFeatures> {
  const { recipe, isPart = false } = wish;
  // What is put together are plain numbers.
  const preset = recipe.features.reduce === undefined ? wish.preset : "forLinear";
  const known = learnt.get(lesson) ?? new Map<string, Promise<FittedFeatures>>();
  learnt.set(lesson, known);
  const key = JSON.stringify([preset, isPart]);
  const found = known.get(key) ?? learn(lesson, { ...wish, preset });
  known.set(key, found);
  return found;
}

async function learn(lesson: TableLesson, wish: FeatureWish): Promise<FittedFeatures> {
  const { preset, recipe, isPart } = wish;
  const { kinds, columns, select, reduce } = recipe.features;
  const unknown = isPart === true ? "own" : recipe.model.unknown;
  const encoded = fitFeatures(lesson.frame, { preset, kinds, columns, unknown }, featureTarget(lesson.targets));
  const kept = select === undefined ? encoded : await keepRelevant(encoded, lesson, { ...wish, select });
  if (reduce === undefined) return kept;
  const matrix = matrixOf(kept, lesson);
  if (reduce.by !== "autoencoder")
    return kept.reduced(fitReduction(matrix, kept.features, { ...reduce, by: reduce.by }));
  checkNumbers(matrix, kept.features, reduce.by);
  return kept.reduced(
    await learnAutoencoder(matrix, { components: reduce.components, recipe, shouldStop: wish.shouldStop }),
  );
}

async function keepRelevant(
  encoded: FittedFeatures,
  lesson: TableLesson,
  { select, recipe, shouldStop }: FeatureWish & { readonly select: NonNullable<FeaturesSection["select"]> },
): Promise<FittedFeatures> {
  const { by } = select;
  const matrix = matrixOf(encoded, lesson);
  const problem = { ...lesson, matrix, features: encoded.features, recipe, shouldStop };
  if (by === "model") return encoded.selected(mostRelevant(await gainShares(problem), select), by);
  if (by === "recursive") return encoded.selected(await eliminate(problem, select), by);
  return encoded.selected(chooseFeatures(matrix, encoded.features, { ...select, by }), by);
}

function matrixOf(features: FittedFeatures, lesson: TableLesson): FeatureMatrix {
  return {
    data: trainingNumbers(features, lesson),
    width: features.features.length,
    target: featureTarget(lesson.targets),
  };
}
