import type { BrokenTogether } from "./recipe-cases.ts";
import {
  boolean,
  integerFrom,
  list,
  mapping,
  nonNegative,
  oneOf,
  path,
  positive,
  positiveInteger,
  type Refusals,
  tooLarge,
} from "./refusals.ts";
import type { RulesByPath } from "./sections.ts";

const missing: Refusals = [
  [
    "Median",
    'must be one of "keep", "own", "mean", "median", "mode", "nearest", "predicted", or a number',
    'did you mean "median"?',
  ],
  [true, 'must be one of "keep", "own", "mean", "median", "mode", "nearest", "predicted", or a number'],
];
const PARTS = [
  "year",
  "month",
  "day",
  "weekday",
  "hour",
  "minute",
  "month-cycle",
  "day-cycle",
  "weekday-cycle",
  "hour-cycle",
];

const plain: Readonly<Record<string, Refusals>> = {
  missing,
  indicator: boolean,
  scale: oneOf("none", "standard", "min-max", "robust", "quantile", "normal"),
  clip: positive,
};

/** The settings of each kind, whose rules are the same wherever they stand. */
const KINDS: Readonly<Record<string, Readonly<Record<string, Refusals>>>> = {
  number: {
    encode: oneOf("number", "drop"),
    ...plain,
    "outliers.cure": oneOf("clip", "winsorise"),
    "outliers.by": oneOf("iqr", "z-score"),
    "outliers.beyond": positive,
  },
  category: {
    encode: oneOf("code", "one-hot", "ordinal", "hash", "rarity", "target", "drop"),
    ...plain,
    rare: positiveInteger,
    most: positiveInteger,
    buckets: integerFrom(2),
    folds: [...integerFrom(2), tooLarge(101, 100)],
  },
  date: {
    encode: oneOf("date-parts", "drop"),
    ...plain,
    parts: list,
    "parts.0": oneOf(...PARTS, "days-since"),
  },
  text: {
    encode: oneOf("tfidf", "embedding", "tfidf-and-embedding", "drop"),
    ...plain,
    units: oneOf("both", "words", "characters"),
    ngrams: [...integerFrom(1), tooLarge(9, 8)],
    terms: [...positiveInteger, tooLarge(100_001, 100_000)],
    components: [...positiveInteger, tooLarge(4097, 4096)],
    base: path,
    maxLength: positiveInteger,
    truncation: oneOf("end", "middle"),
  },
};

export const featureRules: RulesByPath = {
  ...Object.fromEntries(
    Object.entries(KINDS).flatMap(([kind, settings]) =>
      Object.entries(settings).map(([name, refusals]) => [`features.kinds.${kind}.${name}`, refusals] as const),
    ),
  ),
  "features.columns": mapping,
  "features.select.by": oneOf("variance", "mutual-information", "chi-square", "f-score", "model", "recursive"),
  "features.select.most": positiveInteger,
  "features.select.above": nonNegative,
  "features.reduce.by": oneOf("pca", "truncated-svd", "lda", "autoencoder"),
  "features.reduce.components": [...positiveInteger, tooLarge(4097, 4096)],
};

/** @param column The path of what names the predicted column. */
export function featuresBroken(column: string, role: string): readonly BrokenTogether[] {
  return [
    {
      values: { "features.columns.plan.order": ["basic", "pro"] },
      at: "features.columns.plan.order",
      rule: "is for encode: ordinal",
      instead: "write encode: ordinal beside it",
    },
    {
      values: { "features.columns.plan.rare": 3, "features.columns.plan.encode": "ordinal" },
      at: "features.columns.plan.rare",
      rule: "is for encode: code or encode: one-hot or encode: hash or encode: target, not for encode: ordinal",
      instead: "leave it out, or write encode: code or encode: one-hot or encode: hash or encode: target",
    },
    {
      values: { "features.kinds.category.missing": "mean", "features.kinds.category.encode": "one-hot" },
      at: "features.kinds.category.missing",
      rule: "must be keep, own or mode with encode: one-hot",
      instead: "write one of these, or leave it out",
    },
    {
      values: { "features.columns.plan.missing": "predicted", "features.columns.plan.encode": "code" },
      at: "features.columns.plan.missing",
      rule: "must be keep, own or mode with encode: code",
      instead: "write one of these, or leave it out",
    },
    {
      values: { "features.columns.plan.outliers": { cure: "clip" }, "features.columns.plan.encode": "ordinal" },
      at: "features.columns.plan.outliers",
      rule: "is for encode: number, not for encode: ordinal",
      instead: "leave it out, or write encode: number",
    },
    {
      values: { "features.kinds.number.scale": "robust", "features.kinds.number.encode": "drop" },
      at: "features.kinds.number.scale",
      rule: "is of columns that are read",
      instead: "leave it out, or encode: drop",
    },
    {
      values: { "features.kinds.text.ngrams": 2 },
      at: "features.kinds.text.ngrams",
      rule: "is of words or of characters, not of both",
      instead: "write units: words or units: characters beside it",
    },
    {
      values: { "features.kinds.text.base": "none", "features.kinds.text.encode": "embedding" },
      at: "features.kinds.text.base",
      rule: "must name a pretrained encoder",
      instead: "name one, or write encode: tfidf, which learns from the rows",
    },
    {
      values: { "features.select.by": "recursive" },
      at: "features.select.by",
      rule: "needs most: how many are left in the end",
      instead: "write most beside it",
    },
    {
      values: { "features.columns.churn": { scale: "robust" }, [column]: "churn" },
      at: "features.columns.churn",
      rule: `is of columns that the model reads, not of the ${role}'s`,
      instead: "leave it out: the task says what is predicted",
    },
    {
      values: { "features.columns.closed": { scale: "robust" }, "data.ignore": ["closed"] },
      at: "features.columns.closed",
      rule: "is of columns that the model reads, and data.ignore names this one",
      instead: "leave one of the two out",
    },
    {
      values: {
        "model.monotone.income": "increasing",
        "model.kind": "boosted-trees",
        "features.reduce.by": "truncated-svd",
      },
      at: "model.monotone.income",
      rule: "is of a column, and features.reduce makes other numbers of all",
      instead: "leave one of the two out",
    },
    ...(role === "label"
      ? []
      : [
          {
            values: { "features.select.by": "chi-square" },
            at: "features.select.by",
            rule: "needs labels, and a number is predicted",
            instead: "write f-score or mutual-information",
          },
          {
            values: { "features.reduce.by": "lda" },
            at: "features.reduce.by",
            rule: "needs labels, and a number is predicted",
            instead: "write pca",
          },
        ]),
  ];
}
