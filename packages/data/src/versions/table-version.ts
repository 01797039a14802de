import { createHash } from "node:crypto";
import { wellFormed } from "../frames/well-formed.ts";
import type { Table, TableRow } from "../tables/table.ts";
import { columnOrder, rowBytes, sha256 } from "./row-digest.ts";

const BYTES = 32;
/** Rows are put in order by buckets of their first two bytes. */
const BUCKETS = 2 ** 16;

/**
 * What rows a table has, as 64 hexadecimal digits: the same for the same rows in any order, of columns in any order, in any format
 * that spells cells alike; rows that stand twice count twice.
 *
 * It is the SHA-256 of the names of the columns and of the SHA-256 of each row, in ascending order. Whoever found two tables with
 * the same version would have found two texts with the same SHA-256: sums and products of hashes, which need no order, are
 * weaker or slower (Bellare & Micciancio, A New Paradigm for Collision-free Hashing, 1997; Wagner, A Generalized Birthday Problem,
 * 2002). It takes 32 bytes of memory a row.
 */
export class TableVersion {
  readonly #columns: readonly string[];
  readonly #order: readonly number[];
  #hashes = Buffer.alloc(BYTES * 1024);
  #rows = 0;

  constructor(columns: readonly string[]) {
    this.#columns = columns;
    this.#order = columnOrder(columns);
  }

  /** Takes a row in; cells are as they were read, none is an empty one. */
  add({ cells, kinds }: Pick<TableRow, "cells" | "kinds">): void {
    const texts = cells.map((cell, i) => (cell === undefined || kinds?.[i] === "null" ? "" : wellFormed(cell)));
    if (this.#rows * BYTES === this.#hashes.length) {
      this.#hashes = Buffer.concat([this.#hashes], 2 * this.#hashes.length);
    }
    sha256(rowBytes(texts, this.#order)).copy(this.#hashes, BYTES * this.#rows++);
  }

  /** The version of the rows so far. */
  digest(): string {
    const hash = createHash("sha256").update(versionHead(this.#columns));
    for (const row of ascending(this.#hashes, this.#rows)) hash.update(`${row.toString("hex")}\n`);
    return hash.digest("hex");
  }
}

/** What stands before the hashes of the rows. */
export function versionHead(columns: readonly string[]): string {
  return `${JSON.stringify([...columns].sort((a, b) => (a < b ? -1 : 1)))}\n`;
}

/** The version of a table, of which all rows are read. */
export async function tableVersion(table: Table): Promise<string> {
  const version = new TableVersion(table.columns);
  for await (const row of table.rows) version.add(row);
  return version.digest();
}

function* ascending(hashes: Buffer, rows: number): Generator<Buffer> {
  const bucketOf = (row: number) => hashes.readUInt16BE(BYTES * row);
  const ends = new Uint32Array(BUCKETS);
  for (let row = 0; row < rows; row++) ends[bucketOf(row)]!++;
  for (let bucket = 1; bucket < BUCKETS; bucket++) ends[bucket]! += ends[bucket - 1]!;
  const places = new Uint32Array(rows);
  const next = ends.slice();
  for (let row = rows - 1; row >= 0; row--) places[--next[bucketOf(row)]!] = row;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    if (next[bucket] === ends[bucket]) continue;
    const of = Array.from(places.subarray(next[bucket], ends[bucket]), (row) =>
      hashes.subarray(BYTES * row, BYTES * (row + 1)),
    );
    yield* of.sort(Buffer.compare);
  }
}
