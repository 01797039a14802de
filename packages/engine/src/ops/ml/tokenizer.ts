import { MICROSOFT_DOMAIN } from "../../graph/graph.ts";
import { defineOperator, notDifferentiable, type Operator } from "../operator.ts";
import { unknownDimension } from "../shape-values.ts";
import { regularExpression } from "./regular-expression.ts";

const [START, END] = ["\u0002", "\u0003"];

/** Words of texts, as exports of scikit-learn's vectorizers find them. */
export const tokenizers = {
  /**
   * What a regular expression finds in each text, along a new last axis and filled up with `pad_value`. `mark` puts a start and an end around
   * each text's tokens. Separators instead of an expression are refused.
   */
  Tokenizer: defineOperator({
    domain: MICROSOFT_DOMAIN,
    inputs: ["X"],
    outputs: ["Y"],
    strings: "read",
    attributes: {
      mark: { type: "int" },
      mincharnum: { type: "int" },
      pad_value: { type: "string" },
      separators: { type: "strings" },
      tokenexp: { type: "string" },
    },
    infer: (c) => {
      const [{ dtype, shape }] = c.inputs;
      const { mark, mincharnum, pad_value, separators, tokenexp } = c.attributes;
      if (dtype !== "string") c.fail("the input is texts", dtype);
      if (mark === undefined || mincharnum === undefined || pad_value === undefined)
        c.fail("mark, mincharnum and pad_value are given", "less");
      if (separators !== undefined || tokenexp === undefined || regularExpression(tokenexp, "gu") === undefined)
        c.fail("tokens are found by a regular expression, tokenexp", tokenexp ?? "separators");
      return [{ dtype, shape: [...shape, unknownDimension(c.where, 0)] }];
    },
    gradient: notDifferentiable("texts are not numbers that could change by little"),
    reference: ([x], { attributes: { mark, mincharnum = 1, pad_value = "", tokenexp = "" } }) => {
      const found = Array.from<number | string, readonly string[]>(x.data, (text) =>
        (String(text).match(regularExpression(tokenexp, "gu")!) ?? []).filter(
          (token) => [...token].length >= mincharnum,
        ),
      );
      const isEmpty = found.every(({ length }) => length === 0);
      const rows = mark === 1 && !isEmpty ? found.map((tokens) => [START!, ...tokens, END!]) : found;
      const width = Math.max(0, ...rows.map(({ length }) => length));
      const data = rows.flatMap((tokens) => Array.from({ length: width }, (_, i) => tokens[i] ?? pad_value));
      return [{ dtype: "string", shape: [...x.shape, width], data }];
    },
  }),
} satisfies Record<string, Operator>;
