import { findNearDuplicates, SAME_GROUP } from "../cleaning/near-duplicates.ts";
import type { Check } from "./check.ts";
import { percent, quoted } from "./words.ts";

/** Rows and characters that are compared: more take minutes. */
const MOST_ROWS = 50_000;
const MOST_CHARACTERS = 20_000_000;
const SHOWN = 3;
/** A smaller share needs no telling: near copies stay in one split anyway. */
const LEAST_SHARE = 0.005;

/** How many of the first texts are compared. */
export function comparedTexts(texts: readonly string[]): number {
  let [rows, characters] = [0, 0];
  while (rows < Math.min(texts.length, MOST_ROWS) && characters <= MOST_CHARACTERS) characters += texts[rows++]!.length;
  return rows;
}

export const nearDuplicateTexts: Check = {
  looksFor: `texts that are nearly the text of an earlier row (Jaccard similarity of character 5-grams ≥ ${SAME_GROUP}), of the first 50,000 rows`,
  cure: "data: { clean: { duplicates: near } }, the default of tasks on texts, drops copies and keeps similar texts in one split; tables on mixed columns may group them by a column (data.columns.group)",
  find: ({ columns, whereIs }) =>
    columns.flatMap(({ column }) => {
      if (column.kind !== "text") return [];
      const compared = comparedTexts(column.values);
      const rows = [...Array(compared).keys()].filter((row) => column.values[row] !== "");
      const { groupOf } = findNearDuplicates(rows.map((row) => [column.values[row]!] as const));
      const near = [...groupOf.keys()].filter((place) => groupOf[place] !== place);
      if (near.length < Math.max(1, LEAST_SHARE * rows.length)) return [];
      const items = near.slice(0, SHOWN).map((place) => {
        const [row, first] = [rows[place]!, rows[groupOf[place]!]!];
        return {
          columns: [column.name],
          detail: `${whereIs(row)} ${quoted(column.values[row]!)} like ${whereIs(first)} ${quoted(column.values[first]!)}`,
        };
      });
      const count = near.length === 1 ? "1 row has" : `${near.length.toLocaleString("en-US")} rows have`;
      const cut = compared < column.values.length ? ` of the first ${compared.toLocaleString("en-US")}` : "";
      const summary = `${count} nearly the "${column.name}" of an earlier row (${percent(near.length / rows.length)}${cut})`;
      return [{ severity: "low" as const, summary, items }];
    }),
};
