import type { TextPrediction } from "@modelwright/server";

export interface RankedLabel {
  readonly label: string;
  readonly probability: number;
}

/** The `top` likeliest labels, likeliest first. */
export function likeliest({ probabilities }: TextPrediction, top: number): RankedLabel[] {
  const all = Object.entries(probabilities).map(([label, probability]) => ({ label, probability }));
  return all.sort((a, b) => b.probability - a.probability).slice(0, top);
}

/** Names of the columns for label and probability of each rank, none of them taken by the input. */
export function predictionColumns(taken: readonly string[], top: number): [label: string, probability: string][] {
  const used = new Set(taken);
  const free = (name: string): string => {
    let candidate = name;
    for (let i = 2; used.has(candidate); i++) candidate = `${name}_new${i}`;
    used.add(candidate);
    return candidate;
  };
  return Array.from({ length: top }, (_, rank) => {
    const suffix = rank === 0 ? "" : `_${rank + 1}`;
    return [free(`predicted_label${suffix}`), free(`predicted_probability${suffix}`)];
  });
}

/** An input row with its prediction, probabilities to six decimals; no value of the input is changed. */
export function withPrediction(
  values: Readonly<Record<string, unknown>>,
  prediction: TextPrediction,
  names: readonly (readonly [label: string, probability: string])[],
): Record<string, unknown> {
  const ranked = likeliest(prediction, names.length);
  const added = names.flatMap(([label, probability], rank) => [
    [label, ranked[rank]!.label],
    [probability, Number(ranked[rank]!.probability.toFixed(6))],
  ]);
  return { ...values, ...Object.fromEntries(added) };
}
