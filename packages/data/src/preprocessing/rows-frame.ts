import { ModelwrightError, type RowItem } from "@modelwright/contracts";
import { curedColumn } from "../cures/cured-column.ts";
import { DATE_SPELLINGS, readDate } from "../frames/date-spellings.ts";
import type { Column, Frame } from "../frames/frame.ts";
import { isMissingWord } from "../frames/missing-words.ts";
import { NUMBER_SPELLINGS, readNumber } from "../frames/number-spellings.ts";
import { wellFormed } from "../frames/well-formed.ts";
import type { FeatureInput } from "./feature-input.ts";

type RowValue = string | number | boolean;

interface Reading<T> {
  /** What a value must be, in the words of messages. */
  readonly expected: (input: FeatureInput) => string;
  /** `undefined`: the value is nothing that the column can hold. */
  readonly read: (value: RowValue, input: FeatureInput) => T | undefined;
  /** @param values One per row; `undefined` for a missing one. */
  readonly column: (name: string, values: readonly (T | undefined)[]) => Column;
}

const ISO = "2026-01-31";

const READINGS: {
  readonly number: Reading<number>;
  readonly date: Reading<number>;
  readonly category: Reading<string>;
  readonly text: Reading<string>;
} = {
  number: {
    expected: ({ spelling = "1234.5", unit = "" }) => {
      const units = unit === "" ? "" : `, with no other unit than ${unit}`;
      return spelling === "1234.5" ? `a number${units}` : `a number, or a text such as "${spelling}"${units}`;
    },
    read: (value, { spelling, unit = "" }) => {
      if (typeof value !== "string") return typeof value === "number" && Number.isFinite(value) ? value : undefined;
      const found = readNumber(value, NUMBER_SPELLINGS.find((each) => each === spelling) ?? "1234.5");
      return found !== undefined && (found.unit === "" || found.unit === unit) ? found.value : undefined;
    },
    column: (name, values) => ({
      kind: "number",
      name,
      values: Float64Array.from(values, (value) => value ?? Number.NaN),
    }),
  },
  date: {
    expected: ({ spelling = ISO }) => `a date such as ${[...new Set([ISO, spelling])].join(" or ")}`,
    read: (value, { spelling }) => {
      if (typeof value !== "string") return undefined;
      return readDate(value, ISO) ?? readDate(value, DATE_SPELLINGS.find((each) => each === spelling) ?? ISO);
    },
    column: (name, values) => ({
      kind: "date",
      name,
      values: Float64Array.from(values, (value) => value ?? Number.NaN),
    }),
  },
  category: { expected: () => "a text, a number or a boolean", read: categoryOf, column: categoryColumn },
  text: {
    expected: () => "a text",
    read: plainText,
    column: (name, values) => ({ kind: "text", name, values: values.map((value) => value ?? "") }),
  },
};

/**
 * Reads rows as a client sends them. Columns that no input names are left out; null and words such as "NA"
 * are missing values.
 *
 * @throws {ModelwrightError} `FEATURES_COLUMN_MISSING` for a row without a column; `FEATURES_VALUE_INVALID`
 *   with row and value.
 */
export function rowsFrame(inputs: readonly FeatureInput[], items: readonly RowItem[]): Frame {
  return { rows: items.length, columns: inputs.map((input) => readInput(input, items)) };
}

function readInput(input: FeatureInput, items: readonly RowItem[]): Column {
  const { name, kind } = input;
  const { expected, read, column } = READINGS[kind] as Reading<string | number>;
  const values = items.map((item, i) => {
    const value = Object.hasOwn(item, name) ? item[name] : undefined;
    if (value === undefined)
      throw new ModelwrightError("FEATURES_COLUMN_MISSING", { column: name, row: i + 1, available: Object.keys(item) });
    if (isMissing(value)) return undefined;
    const found = isValue(value) ? read(value, input) : undefined;
    if (found !== undefined) return found;
    const details = { row: i + 1, column: name, expected: expected(input), got: JSON.stringify(value) ?? typeof value };
    throw new ModelwrightError("FEATURES_VALUE_INVALID", details);
  });
  return curedColumn(column(name, values), input.cures);
}

function isMissing(value: RowValue | null): value is null {
  return value === null || (typeof value === "string" ? isMissingWord(value.trim()) : Number.isNaN(value));
}

/** Whether a value is what its type says: what comes from JSON may be anything. */
function isValue(value: unknown): value is RowValue {
  return ["string", "number", "boolean"].includes(typeof value);
}

/** How tables write true and false, in lower case. */
const BOOLEANS: Readonly<Record<string, readonly string[]>> = {
  true: ["true", "yes", "y", "t", "1", "是"],
  false: ["false", "no", "n", "f", "0", "否"],
};

/** The category that a value is; of true and false the one that the training rows wrote for it. */
function categoryOf(value: RowValue, { categories = [] }: FeatureInput): string {
  if (typeof value !== "boolean") return plainText(value);
  const spellings = BOOLEANS[String(value)]!;
  return categories.find((category) => spellings.includes(category.toLowerCase())) ?? String(value);
}

function plainText(value: RowValue): string {
  return wellFormed(String(value).trim());
}

function categoryColumn(name: string, values: readonly (string | undefined)[]): Column {
  const codeOf = new Map<string, number>();
  const codes = Int32Array.from(values, (value) => {
    if (value === undefined) return -1;
    if (!codeOf.has(value)) codeOf.set(value, codeOf.size);
    return codeOf.get(value)!;
  });
  return { kind: "category", name, codes, categories: [...codeOf.keys()] };
}
