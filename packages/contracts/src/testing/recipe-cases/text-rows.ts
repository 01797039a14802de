import type { BrokenTogether } from "./recipe-cases.ts";

const SAME_TEXT_TWICE: BrokenTogether = {
  values: { "data.columns.second": "body", "data.columns.text": "body" },
  at: "data.columns.second",
  rule: 'must be another column than the text\'s, "body"',
  instead: "write the column that holds the second text",
};

/** Rules between the values of a split. */
export function brokenSplits(role: string): readonly BrokenTogether[] {
  const named = "name the column whose values are train, validation and test";
  return [
    {
      values: { "data.split.by": "column" },
      at: "data.split.by",
      rule: "needs split.column beside it",
      instead: named,
    },
    {
      values: { "data.split.by": "time" },
      at: "data.split.by",
      rule: "needs split.column beside it",
      instead: "name the column with the date or number by which rows follow one another",
    },
    {
      values: { "data.split.column": "part" },
      at: "data.split.column",
      rule: "is not read with by: random",
      instead: "leave it out, or write by: time or by: column",
    },
    {
      values: { "data.split.column": "part", "data.split.by": "hash" },
      at: "data.split.column",
      rule: "is not read with by: hash",
      instead: "leave it out, or write by: time or by: column; what is hashed is columns.group, else columns.id",
    },
    {
      values: { "data.split.column": "part", "data.split.by": "column", [`data.columns.${role}`]: "part" },
      at: "data.split.column",
      rule: `must be another column than that of ${role}, "part"`,
      instead: named,
    },
    {
      values: { "data.split.by": "column", "data.split.column": "part", "data.test": "test.csv" },
      at: "data.split.by",
      rule: "a column cannot name the test rows beside a test file",
      instead: "leave out data.test, or write by: random",
    },
  ];
}

/**
 * Rules between the values of rows with a text.
 *
 * @param role What is predicted, which has a column.
 * @param ofPairs Whether a row may have two texts.
 */
export function brokenRows(role: string, { ofPairs }: { readonly ofPairs: boolean }): readonly BrokenTogether[] {
  const rule = "must leave rows to train on, beside the share for the test";
  return [
    {
      values: { "data.split.validation": 0.1, "data.split.test": 0.99 },
      at: "data.split.validation",
      rule,
      instead: "write less than 0.01",
    },
    {
      values: { "data.split.validation": 0.8 },
      at: "data.split.validation",
      rule,
      instead: "write less than 0.8",
    },
    {
      values: { [`data.columns.${role}`]: "body", "data.columns.text": "body" },
      at: `data.columns.${role}`,
      rule: 'must be another column than the text\'s, "body"',
      instead: `write the column that holds the ${role}`,
    },
    ...brokenSplits(role),
    ...(ofPairs ? [SAME_TEXT_TWICE] : []),
  ];
}
