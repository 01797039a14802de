import type { FittedFeatures } from "@modelwright/data";
import { type FeatureWish, learnFeatures } from "./learn-features.ts";
import type { LessonPart } from "./lessons.ts";

/**
 * The features that the model of each part reads: those of all rows, unless what is predicted decides them. Then
 * they are learnt anew without the rows that the model is held against.
 */
export async function partsWithFeatures(
  features: FittedFeatures,
  parts: readonly LessonPart[],
  wish: FeatureWish,
): Promise<(LessonPart & { readonly features: FittedFeatures })[]> {
  const found: (LessonPart & { readonly features: FittedFeatures })[] = [];
  for (const part of parts) {
    const own = features.looksAtTarget ? await learnFeatures(part.train, { ...wish, isPart: true }) : features;
    found.push({ ...part, features: own });
  }
  return found;
}
