import { type Markup, term } from "@modelwright/pages";

/** What the words of the trade mean, as a tooltip says it. */
const MEANINGS = {
  Precision: "Of the rows that were given the label, the share that really have it.",
  Recall: "Of the rows that have the label, the share that were given it.",
  F1: "One number for precision and recall: their harmonic mean, which is high only when both are.",
  Threshold: "The probability from which on a row gets the label; fitted on the validation rows.",
  "ROC AUC": "Chance that a row of the label ranks above one without it; 0.5 is guessing, 1 is perfect.",
  "95 % intervals":
    "Test rows are a sample. Another sample of the same size would put the number in this range in about 95 of 100 cases, as drawing the rows again (the bootstrap) shows.",
  baselines: "Simple methods, measured on the same rows: what a model has to beat to be worth its cost.",
  calibrated: "Of the answers that are given with 80 % confidence, 80 % are right, and so on for every confidence.",
  tokens: "The words and parts of words that a language model reads and predicts.",
} as const;

export type Jargon = keyof typeof MEANINGS;

/** A word of the trade with its meaning. */
export function jargon(word: Jargon): Markup {
  return term(word, MEANINGS[word]);
}

const BASELINES: ReadonlyMap<string, string> = new Map([
  ["majority", "Gives every row the most frequent label of the training rows."],
  ["frequency", "Gives each label as often as it occurs in the training rows, whatever the text says."],
  ["mean", "Predicts the mean of the training rows for every row."],
  ["largest-deviation", "As odd as the row's number that is farthest from the median of its column."],
  ["random", "A drawn number: what a model without knowledge reaches."],
  ["tfidf", "Counts words (TF-IDF) and fits a linear model to them: no neural network, trained in seconds."],
  ["popularity", "Recommends to everybody what most users chose."],
  [
    "item-to-item",
    "Recommends what the same users chose as what the user chose: cosines of items, nothing is trained.",
  ],
  ["unigram", "Each token as often as in the training documents, whatever stands beside it."],
]);

/** The name of a baseline, with what it does where that is known. */
export function baselineName(name: string): Markup | string {
  const meaning = BASELINES.get(name);
  return meaning === undefined ? name : term(name, meaning);
}
