import type { RoleColumns } from "../roles/role-columns.ts";
import type { KnownColumn } from "../table-rows/read-columns.ts";
import type { RowDigests } from "./row-digests.ts";

/**
 * How data goes on from those of an earlier version: what was tested on stays what is tested on, and rows that came back
 * from production are learnt from.
 */
export interface Continuation {
  /** The test rows of then, which are those of now. */
  readonly heldOut: RowDigests;
  /** The version, in messages: `tickets:3`. */
  readonly version: string;
  /** Of a version that reads the columns of a table, which ones and how: what rows say in them makes them the same. */
  readonly reads?: readonly KnownColumn[] | undefined;
  /** Rows that are learnt from as little as the test rows: those that are kept to compare two versions on. Default: none. */
  readonly kept?: RowDigests;
  /** Rows that came back. Default: none. */
  readonly fed?: FedRows;
}

/** Rows that came back from production, with what is right about them. */
export interface FedRows {
  /** A JSON Lines file. */
  readonly file: string;
  readonly columns: RoleColumns;
  /** How often each is learnt from, at least 1. */
  readonly times: number;
}
