import type { Check, FindingItem } from "./check.ts";
import type { CheckedColumn, CheckedTable } from "./checked-table.ts";
import { correlation } from "./correlation.ts";
import { yamlList } from "./words.ts";

const ALIKE = 0.999;
/** Rows by which pairs are proposed; those that are alike on them are compared on all. */
const MOST_PROPOSING = 1000;
/** Below the threshold, since it is an estimate. */
const WORTH_COMPARING = 0.99;
const FEWEST_ROWS = 20;
/** Rows in which both have a value, or neither. */
const SHARED = 0.99;

export const duplicateColumns: Check = {
  looksFor: `columns that say the same as an earlier one: a correlation of ${ALIKE} or more, or values that go with each other one by one`,
  cure: "keep one of them: data: { ignore: [column] }",
  find: (table) => {
    if (table.frame.rows < FEWEST_ROWS) return [];
    const items = [...equalColumns(table), ...correlatedColumns(table)];
    if (items.length === 0) return [];
    const repeated = [...new Set(items.map(({ columns: [, later] }) => later!))];
    const isLabel = items.some(({ columns }) => columns.includes(table.label ?? ""));
    const say = repeated.length === 1 ? "1 column says" : `${repeated.length} columns say`;
    return [
      {
        severity: isLabel ? "high" : "low",
        summary: `${say} the same as an earlier one`,
        items,
        cure: `keep one of them: data: { ignore: ${yamlList(repeated)} }`,
      },
    ];
  },
};

/** Columns of categories or texts whose values are each other's, whatever they are called. */
function equalColumns({ columns }: CheckedTable): FindingItem[] {
  const firsts = new Map<string, CheckedColumn[]>();
  const items: FindingItem[] = [];
  for (const column of columns) {
    const { kind, name, distinct } = column.profile;
    if (kind === "number" || kind === "date" || distinct < 2) continue;
    const key = `${distinct} ${column.profile.missing} ${column.profile.frequent.map(({ rows }) => rows).join(" ")}`;
    const alike = firsts.get(key) ?? [];
    const same = alike.find((each) => goTogether(each.codes, column.codes));
    if (same === undefined) firsts.set(key, [...alike, column]);
    else items.push({ columns: [same.profile.name, name], detail: "values go with each other one by one" });
  }
  return items;
}

function goTogether(one: Int32Array, other: Int32Array): boolean {
  // Codes are given in the order of their first rows: columns that say the same have the same.
  return one.every((code, row) => code === other[row]);
}

function correlatedColumns({ columns, frame }: CheckedTable): FindingItem[] {
  const numbers = columns.flatMap(({ column, profile }) =>
    (column.kind === "number" || column.kind === "date") && profile.distinct > 2
      ? [{ name: column.name, values: column.values }]
      : [],
  );
  const stride = Math.ceil(frame.rows / MOST_PROPOSING);
  const some = numbers.map(({ values }) => values.filter((_, row) => row % stride === 0));
  const standard = some.map(standardised);
  const items: FindingItem[] = [];
  const repeats = new Set<number>();
  for (let i = 0; i < numbers.length; i++) {
    if (repeats.has(i)) continue;
    for (let j = i + 1; j < numbers.length; j++) {
      if (repeats.has(j) || !areLikely(standard[i]!, standard[j]!)) continue;
      const [one, other] = [numbers[i]!, numbers[j]!];
      const found = correlation(one.values, other.values);
      if (found === undefined || Math.abs(found) < ALIKE || !areFilledAlike(one.values, other.values)) continue;
      repeats.add(j);
      const shown = Math.abs(found) > 0.9999995 ? (found < 0 ? "−1" : "1") : found.toFixed(6).replace("-", "−");
      items.push({ columns: [one.name, other.name], detail: `correlation ${shown}` });
    }
  }
  return items;
}

/** Deviations from the mean with a sum of squares of 1; 0 where a value is missing. */
function standardised(values: Float64Array): Float64Array {
  const filled = values.filter((value) => !Number.isNaN(value));
  const mean = filled.reduce((sum, value) => sum + value, 0) / filled.length;
  const length = Math.sqrt(filled.reduce((sum, value) => sum + (value - mean) ** 2, 0));
  return values.map((value) => (Number.isNaN(value) || length === 0 ? 0 : (value - mean) / length));
}

function areLikely(one: Float64Array, other: Float64Array): boolean {
  let product = 0;
  for (let i = 0; i < one.length; i++) product += one[i]! * other[i]!;
  return Math.abs(product) >= WORTH_COMPARING;
}

function areFilledAlike(one: Float64Array, other: Float64Array): boolean {
  const alike = one.reduce((sum, value, row) => sum + (Number.isNaN(value) === Number.isNaN(other[row]) ? 1 : 0), 0);
  return alike >= SHARED * one.length;
}
