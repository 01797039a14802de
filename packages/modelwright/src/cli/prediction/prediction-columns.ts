import type { TextPrediction } from "@modelwright/inference";

export interface RankedLabel {
  readonly label: string;
  readonly probability: number;
}

/** The `top` likeliest labels, likeliest first. */
export function likeliest({ probabilities }: TextPrediction, top: number): RankedLabel[] {
  const all = Object.entries(probabilities).map(([label, probability]) => ({ label, probability }));
  return all.sort((a, b) => b.probability - a.probability).slice(0, top);
}

/** Names for new columns, none of them taken by the input. */
export function freeColumns(taken: readonly string[], wanted: readonly string[]): string[] {
  const used = new Set(taken);
  return wanted.map((name) => {
    let candidate = name;
    for (let i = 2; used.has(candidate); i++) candidate = `${name}_new${i}`;
    used.add(candidate);
    return candidate;
  });
}
