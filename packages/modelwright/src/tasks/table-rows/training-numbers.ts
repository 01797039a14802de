import type { FeatureTarget, FittedFeatures } from "@modelwright/data";
import type { DenseTargets } from "@modelwright/training";
import type { TableLesson } from "./learner.ts";

/** What a model is trained on: no row is told by its own target. */
export function trainingNumbers(features: FittedFeatures, { frame, targets }: TableLesson): Float32Array {
  return features.applyToTraining(frame, featureTarget(targets));
}

/** The same targets, as features look at them. */
export function featureTarget(targets: DenseTargets): FeatureTarget {
  if (targets.kind === "numbers") return { kind: "number", values: Float64Array.from(targets.actual) };
  return { kind: "class", codes: Int32Array.from(targets.actual), classes: targets.classes };
}
