import type { GraphBuilder, Value } from "@modelwright/engine";
import type { Column } from "../frames/frame.ts";
import { feedOf } from "./feature-input.ts";
import { applyColumn, besideEachOther, columnFeatures, compileColumn, type FittedColumn } from "./fitted-column.ts";
import { fromFloat32Text } from "./float32-text.ts";
import { compileSeen, type SeenRows, type SeenValues } from "./steps/seen-rows.ts";

/** How all columns are read where they tell what is missing in one. Plain JSON. */
export interface FittedOthers {
  readonly columns: readonly FittedColumn[];
  /** Training rows that new ones are compared with, as these columns read them, float32 in base64. Absent: none are. */
  readonly references?: string;
}

function widthOf({ columns }: FittedOthers): number {
  return columns.reduce((sum, column) => sum + columnFeatures(column).length, 0);
}

function referencesOf({ references }: FittedOthers): Float32Array | undefined {
  return references === undefined ? undefined : fromFloat32Text(references);
}

/**
 * What all columns say of rows.
 *
 * @param raw The columns of a frame, by name.
 */
export function seeRows(
  others: FittedOthers,
  { rows, raw }: { readonly rows: number; readonly raw: ReadonlyMap<string, Column> },
): SeenRows {
  const blocks = others.columns.map((fitted) => applyColumn(fitted, raw.get(fitted.input.name)!));
  return { numbers: besideEachOther(blocks, rows), width: widthOf(others), references: referencesOf(others) };
}

/**
 * The same in a graph.
 *
 * @param raw Its inputs, by name.
 */
export function compileOthers(b: GraphBuilder, others: FittedOthers, raw: ReadonlyMap<string, Value>): SeenValues {
  return b.scope("others", () => {
    const blocks = others.columns.map((column) => compileColumn(b, raw.get(feedOf(column.input))!, column));
    const numbers = blocks.length === 1 ? blocks[0]! : b.op("Concat", blocks, { axis: 1 });
    return compileSeen(b, numbers, { width: widthOf(others), references: referencesOf(others) });
  });
}
