import { DATE_PARTS, type DatePart } from "@modelwright/contracts";
import type { DateColumn } from "../../frames/frame.ts";
import { DateArithmetic } from "../dates/date-fields.ts";
import { partOf } from "../dates/date-parts.ts";
import { MISSING_DATE } from "../feature-input.ts";
import type { Encoder } from "./encoder.ts";

export interface DateNumbers {
  readonly parts: readonly DatePart[];
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** Dates as numbers: their parts in UTC, and the days since the first of them. */
export const dateNumbers: Encoder<"date", DateNumbers> = {
  kind: "date",
  isPlain: true,
  input: ({ spelling }) => (spelling === undefined ? {} : { spelling }),
  fit: (column, { parts = DATE_PARTS }) => {
    const since = column.values.filter((value) => !Number.isNaN(value)).sort()[0] ?? 0;
    const told = parts.filter((part) => varies(column, part, since));
    return { since, parts: told.length > 0 ? told : ["days-since"] };
  },
  features: (name, { parts }) =>
    parts.flatMap((part) => partOf(part).names.map((each) => ({ name: `${name} ${each}` }))),
  apply: ({ values }, { parts, since }) => {
    const rules = parts.map(partOf);
    const width = rules.reduce((sum, { names }) => sum + names.length, 0);
    const found = new Float32Array(values.length * width).fill(Number.NaN);
    for (const [row, value] of values.entries())
      if (!Number.isNaN(value))
        found.set(
          rules.flatMap((rule) => rule.of(value, since)),
          row * width,
        );
    return found;
  },
  words: ({ parts }) => parts.join(", "),
  compile: (b, raw, { parts, since }) => {
    const isMissing = b.op("Equal", [raw, b.constant("int64", [], [Number(MISSING_DATE)])]);
    const milliseconds = b.op("Where", [isMissing, b.constant("int64", [], [since]), raw]);
    const date = { milliseconds, since, arithmetic: new DateArithmetic(b, milliseconds) };
    const numbers = b.op(
      "Concat",
      parts.map((part) => partOf(part).compile(b, date)),
      { axis: 1 },
    );
    return b.op("Where", [isMissing, b.scalar(Number.NaN), numbers]);
  },
};

function varies({ values }: DateColumn, part: DatePart, since: number): boolean {
  const { of } = partOf(part);
  let first: string | undefined;
  return values.some((value) => {
    if (Number.isNaN(value)) return false;
    const found = of(value, since).join();
    first ??= found;
    return found !== first;
  });
}
