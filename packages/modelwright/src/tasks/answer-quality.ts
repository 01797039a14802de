import type { AnswerOf, TaskName } from "@modelwright/contracts";

/** How good a single served answer is. Of what is measured only over many answers there is none. */
export interface AnswerQuality<T extends TaskName> {
  /** What the mean of the scores is called. */
  readonly name: string;
  readonly better: "higher" | "lower";
  /** Whether a loss is told as a part of what there was, since the scores have the unit of the data. Default: it is not. */
  readonly isRelative?: boolean;
  /** By what was right, in the form of the task's `truth`. */
  score(answer: AnswerOf<T>, truth: unknown): number;
  /** By the answer alone: the chance that it is right, where the task's probabilities are calibrated. */
  chance?(answer: AnswerOf<T>): number | undefined;
}

/** One label: right or not. One that is withheld is not right. */
export const labelQuality = {
  name: "right answers",
  better: "higher",
  score: ({ label }: { readonly label: string | null }, truth: unknown) => (label === truth ? 1 : 0),
  chance: ({ label, probability }: { readonly label: string | null; readonly probability: number }) =>
    label === null ? 0 : probability,
} as const;

/** A number: how far off it is. */
export const numberQuality = {
  name: "mean absolute error",
  better: "lower",
  isRelative: true,
  score: ({ value }: { readonly value: number }, truth: unknown) => Math.abs(value - Number(truth)),
} as const;

/** Any number of labels: their F1 with those that are right; 1 where both are none. */
export const labelsQuality = {
  name: "F1 of an answer",
  better: "higher",
  score: ({ labels }: { readonly labels: readonly string[] }, truth: unknown) => overlap(labels, truth as string[]),
} as const;

/** Spans: their F1 with those that are right, where one counts that begins, ends and is called alike. */
export const spansQuality = {
  name: "F1 of an answer",
  better: "higher",
  score: ({ entities }: { readonly entities: readonly Span[] }, truth: unknown) =>
    overlap(entities.map(spanName), (truth as Span[]).map(spanName)),
} as const;

/** Odd or not: right or not. */
export const flagQuality = {
  name: "right answers",
  better: "higher",
  score: ({ anomalous }: { readonly anomalous: boolean }, truth: unknown) => (anomalous === truth ? 1 : 0),
} as const;

interface Span {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

function spanName({ start, end, label }: Span): string {
  return `${start} ${end} ${label}`;
}

function overlap(found: readonly string[], right: readonly string[]): number {
  if (found.length + right.length === 0) return 1;
  const wanted = new Set(right);
  const hits = found.filter((each) => wanted.has(each)).length;
  return (2 * hits) / (found.length + right.length);
}
