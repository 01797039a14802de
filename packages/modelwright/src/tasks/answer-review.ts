import type { AnswerOf, ManifestOf, TaskName } from "@modelwright/contracts";
import type { JsonValue } from "@modelwright/registry";
import { plainText, shorten } from "../wording/plain-text.ts";
import { percent } from "../wording/quantities.ts";

/** What a right answer is: one label, any number of them, yes or no, a number, spans of the text, a text. */
export type TruthKind = "label" | "labels" | "flag" | "number" | "spans" | "text";

/** What a person who labels an answer is shown of it, and whether it is worth the time. */
export interface AnswerReview<T extends TaskName> {
  readonly truths: TruthKind;
  /** What the model takes for right, in the form of the task's `truth`; undefined where it takes nothing for right. */
  said(answer: AnswerOf<T>): JsonValue | undefined;
  /** How unsure the model was, not negative, to be compared with that of its other answers; undefined where the answer does not tell. */
  doubt?(answer: AnswerOf<T>, manifest: ManifestOf<T>): number | undefined;
  /** Of what was said; undefined where the answer does not tell. */
  probability?(answer: AnswerOf<T>): number | undefined;
  /** How sure the model was of what, in a few words. */
  weighed?(answer: AnswerOf<T>, manifest: ManifestOf<T>): string | undefined;
}

interface LabelAnswer {
  readonly label: string | null;
  readonly likeliest?: string | undefined;
  readonly probability: number;
  readonly probabilities?: readonly { readonly label: string; readonly probability: number }[] | undefined;
}

/** One label: as unsure as the two likeliest are close. A label that was withheld is asked about all the same. */
export const labelReview = {
  truths: "label",
  said: ({ label, likeliest }: LabelAnswer) => label ?? likeliest,
  doubt: (answer: LabelAnswer) => {
    const [best, next] = twoLikeliest(answer);
    return 1 - (best.probability - next.probability);
  },
  probability: ({ probability }: LabelAnswer) => probability,
  weighed: (answer: LabelAnswer) =>
    twoLikeliest(answer)
      .filter(({ label }) => label !== undefined)
      .map(({ label, probability }) => `${plainText(label!)} ${percent(probability)}`)
      .join(", "),
} as const;

/** Without the probabilities of all labels the second one has at most what the first has left. */
function twoLikeliest({ label, likeliest, probability, probabilities = [] }: LabelAnswer) {
  const [best, next] = probabilities.toSorted((a, b) => b.probability - a.probability);
  const rest = { label: undefined, probability: Math.min(probability, 1 - probability) };
  return [best ?? { label: label ?? likeliest, probability }, next ?? rest] as const;
}

interface LabelsAnswer {
  readonly labels: readonly string[];
  readonly scores?:
    | readonly { readonly label: string; readonly probability: number; readonly threshold: number }[]
    | undefined;
}

/** Any number of labels: as unsure as the probability that is nearest to its threshold, by the way to it from 0 or 1. */
export const labelsReview = {
  truths: "labels",
  said: ({ labels }: LabelsAnswer) => [...labels],
  doubt: ({ scores = [] }: LabelsAnswer) =>
    scores.length === 0 ? undefined : 1 - Math.min(...scores.map(distanceFromThreshold)),
  weighed: ({ scores = [] }: LabelsAnswer) =>
    scores.length === 0
      ? undefined
      : scores
          .toSorted((a, b) => distanceFromThreshold(a) - distanceFromThreshold(b))
          .slice(0, 2)
          .map(({ label, probability }) => `${plainText(label)} ${percent(probability)}`)
          .join(", "),
} as const;

/** 0 at the threshold, 1 where the probability is 0 or 1. */
function distanceFromThreshold({
  probability,
  threshold,
}: {
  readonly probability: number;
  readonly threshold: number;
}) {
  const whole = probability >= threshold ? 1 - threshold : threshold;
  return whole === 0 ? 0 : Math.abs(probability - threshold) / whole;
}

interface SpansAnswer {
  readonly text: string;
  readonly entities: readonly {
    readonly start: number;
    readonly end: number;
    readonly label: string;
    readonly score: number;
  }[];
}

/** Spans: as unsure as the least certain of them. Where none was marked nothing is known of how sure that is. */
export const spansReview = {
  truths: "spans",
  said: ({ entities }: SpansAnswer) => entities.map(({ start, end, label }) => ({ start, end, label })),
  doubt: ({ entities }: SpansAnswer) => (entities.length === 0 ? undefined : 1 - leastCertain(entities).score),
  probability: ({ entities }: SpansAnswer) => (entities.length === 0 ? undefined : leastCertain(entities).score),
  weighed: ({ text, entities }: SpansAnswer) => {
    if (entities.length === 0) return undefined;
    const { start, end, label, score } = leastCertain(entities);
    return `"${shorten(plainText(text.slice(start, end)), 30)}" ${plainText(label)} ${percent(score)}`;
  },
} as const;

function leastCertain(entities: SpansAnswer["entities"]) {
  return entities.reduce((least, each) => (each.score < least.score ? each : least));
}

interface NumberAnswer {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/** A number: as unsure as its interval is wide, where it has one. */
export const numberReview = {
  truths: "number",
  said: ({ value }: NumberAnswer) => value,
  doubt: ({ low, high }: NumberAnswer) => (low === undefined || high === undefined ? undefined : high - low),
  weighed: ({ low, high }: NumberAnswer) =>
    low === undefined || high === undefined ? undefined : `between ${rounded(low)} and ${rounded(high)}`,
} as const;

function rounded(value: number): string {
  return String(Number(value.toPrecision(6)));
}

interface FlagAnswer {
  readonly score: number;
  readonly anomalous: boolean;
}

/** Odd or not: as unsure as its oddness, the logarithm of the share of rows that are as odd, is near to the threshold. */
export const flagReview = {
  truths: "flag",
  said: ({ anomalous }: FlagAnswer) => anomalous,
  doubt: ({ score }: FlagAnswer, { threshold }: { readonly threshold: { readonly oddness: number } }) =>
    1 / (1 + Math.abs(-Math.log1p(-score) - threshold.oddness)),
  weighed: ({ score }: FlagAnswer) => `odder than ${percent(score)} of the rows`,
} as const;
