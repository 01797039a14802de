import type { ColumnRules } from "@modelwright/contracts";
import type { ColumnCells } from "../frames/column-cells.ts";
import { guessKind } from "../frames/guess-kind.ts";
import { type ColumnRead, readColumn } from "../frames/read-column.ts";

const DAY = 86_400_000;

/** Something in a row that breaks a rule. */
export interface RowBreach {
  readonly row: number;
  /** What it must be: `at most 120`. */
  readonly rule: string;
  /** As JSON; `nothing` where there is no value. */
  readonly got: string;
}

/** A column in which every different value is looked at once. */
interface RuledColumn {
  readonly cells: ColumnCells;
  /** Whether the rules say of what type it is: values that are not of it are told of by that rule alone. */
  readonly isTyped: boolean;
  /** Of a value by its place the number or the milliseconds since 1970; undefined where it is neither. */
  readonly numberOf: (place: number) => number | undefined;
  readonly fits: (place: number) => boolean;
}

type Rule<K extends keyof ColumnRules> = (
  setting: NonNullable<ColumnRules[K]>,
  column: RuledColumn,
) => Iterable<RowBreach>;

/** What each rule of a column finds. A new rule is a row here, and a field of the contracts' schema. */
const RULES: { readonly [K in keyof ColumnRules]-?: Rule<K> } = {
  type: (kind, { cells, fits }) =>
    valuesWhere(cells, (_, place) => !fits(place), kind === "text" ? "a text" : `a ${kind}`),
  required: function* (isRequired, { cells }) {
    if (!isRequired) return;
    for (const [row, code] of cells.codes.entries()) {
      if (code < 0) yield { row, rule: "there in every row", got: "nothing" };
    }
  },
  unique: function* (isUnique, { cells }) {
    if (!isUnique) return;
    for (const [row, code] of cells.codes.entries()) {
      const value = cells.values[code];
      if (value !== undefined && value.first !== row)
        yield { row, rule: "there only once", got: JSON.stringify(value.text) };
    }
  },
  min: (bound, column) => beyond(column, (value) => value < startOf(bound), `at least ${bound}`),
  max: (bound, column) => beyond(column, (value) => value > endOf(bound), `at most ${bound}`),
  values: (allowed, { cells }) => {
    const known = new Set(allowed.map(String));
    const shown = [...known].slice(0, 8).map((value) => JSON.stringify(value));
    const rule = `one of ${[...shown, ...(known.size > shown.length ? ["…"] : [])].join(", ")}`;
    return valuesWhere(cells, (text) => !known.has(text), rule);
  },
  pattern: (source, { cells }) => {
    const whole = new RegExp(`^(?:${source})$`, "u");
    return valuesWhere(cells, (text) => !whole.test(text), `of the form ${source}`);
  },
};

/**
 * What in the cells of a column breaks its rules, rule by rule.
 *
 * The type says how values are read; without one, bounds do, or the values themselves.
 */
export function* columnBreaches(cells: ColumnCells, rules: ColumnRules): Generator<RowBreach> {
  const { column, fits } = readAs(cells, rules);
  const { values } = cells;
  const numberOf = (place: number) => {
    if (column.kind !== "number" && column.kind !== "date") return undefined;
    const value = column.values[values[place]!.first]!;
    return Number.isNaN(value) ? undefined : value;
  };
  const ruled: RuledColumn = { cells, isTyped: rules.type !== undefined, numberOf, fits };
  for (const [name, setting] of Object.entries(rules) as [keyof ColumnRules, never][]) {
    if (setting !== undefined) yield* RULES[name](setting, ruled);
  }
}

/** A column as its rules say that it is read, or as its values do. */
export function readAs(cells: ColumnCells, { type, min, max }: ColumnRules): ColumnRead {
  const bound = min ?? max;
  const kind = type ?? (bound === undefined ? undefined : typeof bound === "number" ? "number" : "date");
  const guess = guessKind(cells);
  return readColumn(cells, kind === undefined || kind === guess.kind ? guess : { kind, why: "said to be so" });
}

/** A number, or the first millisecond of a day. */
function startOf(bound: number | string): number {
  return typeof bound === "number" ? bound : Date.parse(bound);
}

/** A number, or the last millisecond of a day. */
function endOf(bound: number | string): number {
  return typeof bound === "number" ? bound : Date.parse(bound) + DAY - 1;
}

function beyond({ cells, numberOf, isTyped }: RuledColumn, isBeyond: (value: number) => boolean, rule: string) {
  return valuesWhere(
    cells,
    (_, place) => {
      const value = numberOf(place);
      return value === undefined ? !isTyped : isBeyond(value);
    },
    rule,
  );
}

/** Every row that has a value of which this holds. */
function* valuesWhere(
  { values, codes }: ColumnCells,
  isBroken: (text: string, place: number) => boolean,
  rule: string,
): Generator<RowBreach> {
  const broken = values.map(({ text }, place) => isBroken(text, place));
  if (!broken.includes(true)) return;
  for (const [row, code] of codes.entries()) {
    if (broken[code] === true) yield { row, rule, got: JSON.stringify(values[code]!.text) };
  }
}
