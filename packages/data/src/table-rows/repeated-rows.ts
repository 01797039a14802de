import type { WholeTable } from "./whole-table.ts";

/** Of each row the first one that says the same in all of these columns: itself, where none does. */
export function firstOfRepeats({ table, rows }: WholeTable, columns: readonly string[]): Int32Array {
  const places = columns.map((name) => table.columns.indexOf(name));
  const firsts = new Map<string, number>();
  return Int32Array.from(rows, ({ cells }, row) => {
    const key = JSON.stringify(places.map((place) => cells[place]?.trim() ?? ""));
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, row);
    return first ?? row;
  });
}
