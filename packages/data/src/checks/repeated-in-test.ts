import { findNearDuplicates } from "../cleaning/near-duplicates.ts";
import { normalizedText } from "../cleaning/normalized-text.ts";
import type { Column } from "../frames/frame.ts";
import type { Check, Finding } from "./check.ts";
import type { CheckedTable, OtherRows } from "./checked-table.ts";
import { comparedTexts } from "./near-duplicate-texts.ts";
import { percent } from "./words.ts";

const SHOWN = 5;
/** Where so many rows are in both, values are few and repeat by chance. */
const MANY = 0.5;

/** How a value is compared with one of another table. */
function comparedValue(column: Column, row: number): string | number {
  if (column.kind === "category") return column.categories[column.codes[row]!] ?? "";
  if (column.kind === "text") return normalizedText(column.values[row]!);
  return Number.isNaN(column.values[row]!) ? "" : column.values[row]!;
}

export const repeatedInTest: Check = {
  looksFor:
    "rows of the test file that the table holds too, in every column but the predicted one, or nearly so by their text",
  cure: "data.test: rows of the source that the test file holds are dropped by data: { clean: { duplicates: exact } } (of texts: near); otherwise the test looks too good",
  find: (table) => {
    const { other } = table;
    if (other?.is !== "test file") return [];
    return [...equalRows(table, other), ...nearTexts(table, other)];
  },
};

function equalRows({ frame, label, whereIs, profile }: CheckedTable, other: OtherRows): Finding[] {
  const shared = frame.columns
    .filter(({ name }) => name !== label)
    .flatMap((column) => {
      const counterpart = other.frame.columns.find(({ name, kind }) => name === column.name && kind === column.kind);
      return counterpart === undefined ? [] : [{ column, counterpart }];
    });
  if (shared.length === 0) return [];
  const keyOf = (of: "column" | "counterpart", row: number) =>
    JSON.stringify(shared.map((pair) => comparedValue(pair[of], row)));
  const known = new Map<string, number>();
  for (let row = 0; row < frame.rows; row++) {
    const key = keyOf("column", row);
    if (!known.has(key)) known.set(key, row);
  }
  const found: (readonly [row: number, known: number])[] = [];
  for (let row = 0; row < other.frame.rows; row++) {
    const same = known.get(keyOf("counterpart", row));
    if (same !== undefined) found.push([row, same]);
  }
  if (found.length === 0) return [];
  const share = found.length / other.frame.rows;
  const are = found.length === 1 ? "1 row is" : `${found.length.toLocaleString("en-US")} rows are`;
  return [
    {
      severity: share > MANY ? "medium" : "high",
      summary: `${are} in ${other.profile.source} and in ${profile.source} too (${percent(share)} of the test rows)`,
      items: found
        .slice(0, SHOWN)
        .map(([row, same]) => ({ columns: [], detail: `${other.whereIs(row)} repeats ${whereIs(same)}` })),
    },
  ];
}

function nearTexts({ frame, label, whereIs }: CheckedTable, other: OtherRows): Finding[] {
  return frame.columns.flatMap((column): Finding[] => {
    const counterpart = other.frame.columns.find(({ name }) => name === column.name);
    if (column.kind !== "text" || counterpart?.kind !== "text" || column.name === label) return [];
    const own = column.values.slice(0, comparedTexts(column.values));
    const theirs = counterpart.values.slice(0, comparedTexts(counterpart.values));
    const texts = [...own, ...theirs];
    const rows = [...texts.keys()].filter((place) => texts[place] !== "");
    const { groupOf } = findNearDuplicates(rows.map((place) => [texts[place]!] as const));
    // A group is numbered by its first row: where that is one of the table, the test rows in it are near to it.
    const near = [...groupOf.keys()].filter(
      (i) =>
        rows[i]! >= own.length &&
        rows[groupOf[i]!]! < own.length &&
        !isSame(texts[rows[i]!]!, texts[rows[groupOf[i]!]!]!),
    );
    if (near.length === 0) return [];
    const have = near.length === 1 ? "1 test row has" : `${near.length.toLocaleString("en-US")} test rows have`;
    return [
      {
        severity: "medium",
        summary: `${have} nearly the "${column.name}" of a row of the table (${percent(near.length / theirs.length)})`,
        items: near.slice(0, SHOWN).map((i) => ({
          columns: [column.name],
          detail: `${other.whereIs(rows[i]! - own.length)} like ${whereIs(rows[groupOf[i]!]!)}`,
        })),
      },
    ];
  });
}

function isSame(one: string, another: string): boolean {
  return normalizedText(one) === normalizedText(another);
}
