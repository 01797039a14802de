import { showShape } from "../../tensor/shape.ts";
import {
  type AnyReference,
  defineOperator,
  notDifferentiable,
  type Operator,
  type ReferenceStrings,
} from "../operator.ts";
import { broadcastElement, staticBroadcast, tabulate } from "../reference-kernels.ts";
import { inferBroadcast } from "../shape-rules.ts";
import { unknownDimension } from "../shape-values.ts";
import { regularExpression } from "./regular-expression.ts";

const NO_NUMBERS = notDifferentiable("texts are not numbers that could change by little");

const CASE_CHANGES: Readonly<Record<string, (text: string) => string>> = {
  NONE: (text) => text,
  LOWER: (text) => text.toLowerCase(),
  UPPER: (text) => text.toUpperCase(),
};

/** Operators on texts of the default domain. */
export const textEditing = {
  /**
   * Takes stop words out of `[C]` or `[1, C]` and changes case. Where no word is left, one empty text is. ONNX Runtime takes the rules of case from
   * the machine's locale of this name, `en_US` as a rule, and refuses the model where the machine has none; `C` is everywhere and knows ASCII.
   */
  StringNormalizer: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    strings: "read",
    attributes: {
      case_change_action: { type: "string", default: "NONE" },
      is_case_sensitive: { type: "int", default: 0 },
      locale: { type: "string" },
      stopwords: { type: "strings" },
    },
    infer: (c) => {
      const [{ dtype, shape }] = c.inputs;
      const { case_change_action: change, stopwords = [] } = c.attributes;
      if (dtype !== "string") c.fail("the input is texts", dtype);
      if (!Object.hasOwn(CASE_CHANGES, change))
        c.fail(`case_change_action is ${Object.keys(CASE_CHANGES).join(", ")}`, change);
      if (shape.length !== 1 && !(shape.length === 2 && shape[0] === 1))
        c.fail("the input is [words] or [1, words]", showShape(shape));
      const words = stopwords.length === 0 && shape.at(-1) !== 0 ? shape.at(-1)! : unknownDimension(c.where, 0);
      return [{ dtype: "string", shape: [...shape.slice(0, -1), words] }];
    },
    gradient: NO_NUMBERS,
    reference: ([x], { attributes: { case_change_action, is_case_sensitive, stopwords = [] } }) => {
      const fold = is_case_sensitive === 1 ? CASE_CHANGES.NONE! : CASE_CHANGES.LOWER!;
      const stopped = new Set(stopwords.map(fold));
      const kept = textsIn(x).data.filter((word) => !stopped.has(fold(word)));
      const data = kept.length === 0 ? [""] : kept.map(CASE_CHANGES[case_change_action]!);
      return [{ dtype: "string", shape: [...x.shape.slice(0, -1), data.length], data }];
    },
  }),

  /** Element by element one text behind the other, broadcast. */
  StringConcat: defineOperator({
    inputs: ["X", "Y"],
    outputs: ["Z"],
    strings: "read",
    attributes: {},
    infer: (c) => {
      if (c.inputs[0].dtype !== "string") c.fail("the inputs are texts", c.inputs[0].dtype);
      return inferBroadcast(c);
    },
    gradient: NO_NUMBERS,
    reference: ([x, y]) => {
      const shape = staticBroadcast(x.shape, y.shape);
      const [left, right] = [placesIn(x.shape, shape), placesIn(y.shape, shape)];
      const [texts, others] = [textsIn(x).data, textsIn(y).data];
      return [{ dtype: "string", shape, data: left.map((place, i) => texts[place]! + others[right[i]!]!) }];
    },
  }),

  /**
   * Parts of texts along a new last axis, filled up with empty ones, and how many each text has. Without a delimiter texts part at white space,
   * whatever its length; an empty text has no part.
   */
  StringSplit: defineOperator({
    inputs: ["X"],
    outputs: ["Y", "Z"],
    strings: "read",
    attributes: { delimiter: { type: "string" }, maxsplit: { type: "int" } },
    infer: (c) => {
      const [{ dtype, shape }] = c.inputs;
      if (dtype !== "string") c.fail("the input is texts", dtype);
      return [
        { dtype: "string", shape: [...shape, unknownDimension(c.where, 0)] },
        { dtype: "int64", shape },
      ];
    },
    gradient: NO_NUMBERS,
    reference: ([x], { attributes: { delimiter = "", maxsplit = Number.POSITIVE_INFINITY } }) => {
      const parts = textsIn(x).data.map((text) =>
        (delimiter === "" ? splitAtSpace : splitAt(delimiter))(text, maxsplit),
      );
      const width = Math.max(0, ...parts.map(({ length }) => length));
      const data = parts.flatMap((own) => Array.from({ length: width }, (_, i) => own[i] ?? ""));
      const counts = Float64Array.from(parts, ({ length }) => length);
      return [
        { dtype: "string", shape: [...x.shape, width], data },
        { dtype: "int64", shape: x.shape, data: counts },
      ];
    },
  }),

  /** Whether a whole text fits a regular expression; ONNX Runtime's are RE2's, which have no look-around and no references. */
  RegexFullMatch: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    strings: "read",
    attributes: { pattern: { type: "string" } },
    infer: (c) => {
      const [{ dtype, shape }] = c.inputs;
      if (dtype !== "string") c.fail("the input is texts", dtype);
      const { pattern } = c.attributes;
      if (pattern === undefined || expressionOf(pattern) === undefined)
        c.fail("pattern is a regular expression", pattern ?? "none");
      return [{ dtype: "bool", shape }];
    },
    gradient: NO_NUMBERS,
    reference: ([x], { attributes: { pattern = "" } }) => {
      const expression = expressionOf(pattern)!;
      return [
        {
          dtype: "bool",
          shape: x.shape,
          data: Float64Array.from(textsIn(x).data, (text) => Number(expression.test(text))),
        },
      ];
    },
  }),
} satisfies Record<string, Operator>;

/** The shape rules let nothing but texts here. */
function textsIn(x: AnyReference): ReferenceStrings {
  if (x.dtype !== "string") throw new Error(`texts are expected, not ${x.dtype}`);
  return x;
}

/** For each element of a broadcast result, the place of the operand's element. */
function placesIn(operand: readonly number[], result: readonly number[]): readonly number[] {
  const places = tabulate("int64", operand, (_, flat) => flat);
  return Array.from(tabulate("int64", result, (index) => broadcastElement(places, index)).data);
}

function splitAtSpace(text: string, limit: number): readonly string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest !== "") {
    const end = parts.length < limit ? rest.search(/\s/) : -1;
    parts.push(end < 0 ? rest : rest.slice(0, end));
    rest = end < 0 ? "" : rest.slice(end).trimStart();
  }
  return parts;
}

function splitAt(delimiter: string): (text: string, limit: number) => readonly string[] {
  return (text, limit) => {
    if (text === "") return [];
    const parts = text.split(delimiter);
    return parts.length - 1 <= limit ? parts : [...parts.slice(0, limit), parts.slice(limit).join(delimiter)];
  };
}

function expressionOf(pattern: string): RegExp | undefined {
  return regularExpression(`^(?:${pattern})$`);
}
