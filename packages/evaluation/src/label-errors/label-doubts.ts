import type { ClassificationOutcome } from "../metrics/classification-outcome.ts";
import type { MultiLabelScores } from "../metrics/multi-label-outcome.ts";
import { labelQuality } from "./confident-learning.ts";

/** A label of a row, and how well it fits there. */
export interface LabelDoubt {
  /** The row's number within the outcome. */
  readonly unit: number;
  readonly given: string;
  readonly suggested: string;
  /** The probability of the given label by a model that had not seen the row. */
  readonly score: number;
  /** Whether it is taken for an error, by the noise rates of its label. */
  readonly isSuspicious: boolean;
}

/** Every row's label, the least fitting first. */
export function classDoubts({ labels, actual, probabilities }: ClassificationOutcome): LabelDoubt[] {
  const quality = labelQuality({ classes: labels.length, given: actual, probabilities });
  return worstFirst(
    Array.from(actual, (given, unit) => ({
      unit,
      given: labels[given]!,
      suggested: labels[quality.suggested[unit]!]!,
      score: quality.selfConfidence[unit]!,
      isSuspicious: quality.isSuspicious[unit] === 1,
    })),
  );
}

/** Whether each row has each label, the least fitting first: every label is a question of its own. */
export function labelSetDoubts({ labels, actual, probabilities }: MultiLabelScores): LabelDoubt[] {
  const rows = actual.length / labels.length;
  const doubts = labels.flatMap((label, at) => {
    const given = Uint8Array.from({ length: rows }, (_, row) => actual[row * labels.length + at]!);
    const has = (row: number) => probabilities[row * labels.length + at]!;
    const quality = labelQuality({
      classes: 2,
      given,
      probabilities: Float64Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 1 ? has(i >> 1) : 1 - has(i >> 1))),
    });
    const [without, having] = [`without "${label}"`, `"${label}"`];
    return Array.from(given, (mark, unit) => ({
      unit,
      given: mark === 1 ? having : without,
      suggested: mark === 1 ? without : having,
      score: quality.selfConfidence[unit]!,
      isSuspicious: quality.isSuspicious[unit] === 1,
    }));
  });
  return worstFirst(doubts);
}

function worstFirst(doubts: LabelDoubt[]): LabelDoubt[] {
  return doubts.sort((a, b) => a.score - b.score || a.unit - b.unit);
}
