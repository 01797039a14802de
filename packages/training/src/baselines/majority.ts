import type { ClassificationOutcome } from "@modelwright/evaluation";

/**
 * The baseline that has learnt nothing but the label shares: every row gets the training split's frequencies
 * as probabilities, so it always answers with the most frequent label.
 */
export function majorityBaseline(
  labels: readonly string[],
  trainClasses: Int32Array,
  testClasses: Int32Array,
): ClassificationOutcome {
  const shares = new Float64Array(labels.length);
  for (const index of trainClasses) shares[index]! += 1 / trainClasses.length;
  const probabilities = new Float64Array(testClasses.length * labels.length);
  for (let row = 0; row < testClasses.length; row++) probabilities.set(shares, row * labels.length);
  return { labels, actual: testClasses, probabilities };
}
