import { createHash } from "node:crypto";

/** Places of columns in the order of their names, which is the same whatever order a file has them in. */
export function columnOrder(columns: readonly string[]): number[] {
  return [...columns.keys()].sort((a, b) => (columns[a]! < columns[b]! ? -1 : 1));
}

/** Cells one after the other, each behind its length in bytes of UTF-8, so that no two rows are written alike (a netstring). */
export function rowBytes(cells: readonly (string | undefined)[], order: readonly number[]): string {
  let text = "";
  for (const place of order) {
    const cell = cells[place] ?? "";
    text += `${Buffer.byteLength(cell)}:${cell}`;
  }
  return text;
}

export function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
