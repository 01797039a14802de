import type { Frame } from "../frames/frame.ts";
import type { RowOrigin } from "../roles/read-rows.ts";

/** Somebody chose something. */
export interface EventRow extends RowOrigin {
  readonly user: string;
  readonly item: string;
  /** How it was liked. Absent: an event says nothing but that something was chosen. */
  readonly rating?: number;
}

/** What is known of items beside their events. */
export interface ItemTable {
  /** Each once. */
  readonly items: readonly string[];
  /** One per item, "" where there is none. Absent: no column has titles. */
  readonly titles?: readonly string[];
  /** One row per item; no columns where nothing is to be read. */
  readonly frame: Frame;
}

/** Events, and what is known of all items. */
export interface EventRows {
  readonly rows: readonly EventRow[];
  /** Absent: nothing is known of items but their events. */
  readonly known?: ItemTable;
  /** Of ratings: from which on something counts as liked. Absent: every event does. */
  readonly relevant?: number;
}
