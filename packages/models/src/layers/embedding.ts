import type { Value } from "@modelwright/engine";
import { adaptedRows } from "../adapters/adapted-product.ts";
import { type Initializer, truncatedNormal } from "../parameters/initializers.ts";
import type { LayerContext } from "./layer-context.ts";

export interface EmbeddingOptions {
  /** Scope of its parameter `weight` `[rows, width]`. */
  readonly name: string;
  readonly rows: number;
  readonly width: number;
  /** Default: normal with standard deviation 0.02, cut at two deviations. */
  readonly initializer?: Initializer;
}

/**
 * A row of a learned table for each id, with what the build's adapters add.
 *
 * @param ids int64 `[batch, sequence]` in `[0, rows)`; others fail when the graph runs.
 * @returns float32 `[batch, sequence, width]`.
 */
export function embedding(c: LayerContext, ids: Value, options: EmbeddingOptions): Value {
  const table = embeddingTable(c, options);
  const rows = c.b.op("Gather", [table, ids], { axis: 0 }, options.name);
  return c.scope(options.name, () => adaptedRows(c, { table, ids, rows }));
}

/**
 * The first `sequence` rows of a learned table: positions 0, 1, 2 …
 *
 * @param ids int64 `[batch, sequence]`, of which only the length counts.
 * @returns float32 `[sequence, width]`; more than `rows` positions fail when the graph runs.
 */
export function positionEmbedding(c: LayerContext, ids: Value, options: EmbeddingOptions): Value {
  const table = embeddingTable(c, options);
  return c.scope(options.name, () => firstRows(c, table, ids));
}

/** The first `sequence` rows of `table` `[rows, width]`, for `ids` `[batch, sequence]`: float32 `[sequence, width]`. */
export function firstRows(c: LayerContext, table: Value, ids: Value): Value {
  const { b } = c;
  const sequence = b.op("Shape", [ids], { start: 1, end: 2 });
  return b.op("Slice", [table, b.ints([0]), sequence, b.ints([0])]);
}

/** The table itself, float32 `[rows, width]`: for an output layer that shares it. */
export function embeddingTable(
  c: LayerContext,
  { name, rows, width, initializer = truncatedNormal(0.02) }: EmbeddingOptions,
): Value {
  return c.scope(name, () => c.parameter("weight", [rows, width], { initializer, decay: true }));
}
