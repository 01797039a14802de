import type { SplitWay } from "@modelwright/contracts";
import type { RowOrigin } from "../roles/read-rows.ts";
import type { RoleColumns } from "../roles/role-columns.ts";
import type { Strata } from "./assign-groups.ts";
import type { SplitName } from "./split-names.ts";

/** How rows are divided. */
export interface SplitSettings {
  /** Default `random`. */
  readonly by?: SplitWay;
  /** Of `time` and `column`. */
  readonly column?: string | undefined;
  /** Share of the rows; 0 where a published test file is used. */
  readonly test: number;
  /** Share of the rows; 0 where all are learned from. */
  readonly validation: number;
  /** Keep each stratum's share in every split, where rows are drawn at random. */
  readonly stratify: boolean;
  readonly seed: number;
}

/** Rows as whatever divides them sees them; plain data. */
export interface Division {
  /** One number per row: rows that share it stay together. */
  readonly groups: Int32Array;
  /** Of each row what is kept in proportion. */
  readonly strata: Strata;
  /** Of each row `file:line`, for messages. */
  readonly places: readonly string[];
  /** Of each row its name; the place where it has none. */
  readonly ids: readonly string[];
  /** Of each row what stays the same when data grow. */
  readonly keys: readonly string[];
  /** Of each row when it was, in any unit. Absent: rows have no order. */
  readonly times?: readonly number[];
  /** Of each row the split that its column names. Absent: none does. */
  readonly names?: readonly SplitName[];
}

/** The column by which rows are divided, as a role; nothing where none is read. */
export function splitRole({ by, column }: Pick<SplitSettings, "by" | "column">): RoleColumns {
  return by === "time" ? { time: column } : by === "column" ? { split: column } : {};
}

/**
 * @param keyOf What identifies a row that has neither a group nor an id of its own: what it says.
 */
export function divisionOf(
  rows: readonly RowOrigin[],
  { groups, strata, keyOf }: Pick<Division, "groups" | "strata"> & { readonly keyOf: (row: number) => string },
): Division {
  const places = rows.map(({ origin: { file, line } }) => `${file}:${line}`);
  const [times, names] = [rows.map(({ time }) => time), rows.map(({ split }) => split)];
  return {
    groups,
    strata,
    places,
    ids: rows.map(({ id }) => id),
    // Where no column names rows, an id is a place, which changes when rows are added above it.
    keys: rows.map(({ group, id }, row) => group ?? (id === places[row] ? keyOf(row) : id)),
    ...(isFull(times) ? { times } : {}),
    ...(isFull(names) ? { names } : {}),
  };
}

/** Some of the rows. */
export function takeDivision(division: Division, chosen: ArrayLike<number>): Division {
  const pick = <Value>(values: { readonly [row: number]: Value }): Value[] =>
    Array.from(chosen, (row) => values[row] as Value);
  const { groups, strata, places, ids, keys, times, names } = division;
  return {
    groups: Int32Array.from(pick<number>(groups)),
    strata: pick(strata),
    places: pick(places),
    ids: pick(ids),
    keys: pick(keys),
    ...(times === undefined ? {} : { times: pick(times) }),
    ...(names === undefined ? {} : { names: pick(names) }),
  };
}

function isFull<Value>(values: readonly (Value | undefined)[]): values is readonly Value[] {
  return values.length > 0 && !values.includes(undefined);
}
