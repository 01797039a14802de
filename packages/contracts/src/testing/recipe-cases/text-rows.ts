import type { BrokenTogether } from "./recipe-cases.ts";

const SAME_TEXT_TWICE: BrokenTogether = {
  values: { "data.columns.second": "body", "data.columns.text": "body" },
  at: "data.columns.second",
  rule: 'must be another column than the text\'s, "body"',
  instead: "write the column that holds the second text",
};

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
    ...(ofPairs ? [SAME_TEXT_TWICE] : []),
  ];
}
