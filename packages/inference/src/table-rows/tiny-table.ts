import type { RowItem, TableColumn } from "@modelwright/contracts";
import { encodeModel, GraphBuilder, type Value } from "@modelwright/engine";

/** What the kinds of the tiny table add to the amount. */
const KINDS: Readonly<Record<string, number>> = { a: 1, b: -1 };

/** Columns of the tiny table. */
export const TINY_COLUMNS: TableColumn[] = [
  { name: "amount", kind: "number", feed: "column.amount" },
  { name: "kind", kind: "category", feed: "column.kind", categories: Object.keys(KINDS) },
];

/** Inputs of its graph, as a manifest names them. */
export const TINY_INPUTS = [
  { name: "column.amount", dtype: "float32", shape: [-1, 1] },
  { name: "column.kind", dtype: "string", shape: [-1, 1] },
];

/** The number of a row, worked out without the model: the amount, nothing where it is missing, and what its kind adds. */
export function tinyScore({ amount, kind }: RowItem): number {
  return Math.fround(Number(amount ?? 0)) + (KINDS[String(kind)] ?? 0);
}

/**
 * Files of a model of the tiny table.
 *
 * @param outputsOf Names the outputs that it makes of the number of each row, float32 `[batch, 1]`.
 */
export function tinyTable(
  outputsOf: (b: GraphBuilder, score: Value) => Readonly<Record<string, Value>>,
): Record<string, Uint8Array> {
  const b = new GraphBuilder({ name: "tiny" });
  const amount = b.input("column.amount", "float32", ["batch", 1]);
  const kind = b.input("column.kind", "string", ["batch", 1]);
  const known = b.op("Where", [b.op("IsNaN", [amount]), b.scalar(0), amount]);
  const attributes = { keys_strings: Object.keys(KINDS), values_floats: Object.values(KINDS), default_float: 0 };
  const added = b.op("LabelEncoder", [kind], attributes);
  for (const [name, value] of Object.entries(outputsOf(b, b.op("Add", [known, added])))) b.output(value, name);
  return { "onnx/model.onnx": encodeModel(b.build()) };
}

/** Rows that a client might send by mistake or on purpose. */
export const TINY_ODD_ROWS: RowItem[] = [
  { amount: null, kind: null },
  { amount: -0, kind: "" },
  { amount: 3e38, kind: "你好 🎉" },
  { amount: "2.5", kind: true },
  { amount: 1, kind: "__proto__", more: "than the model reads" },
  { amount: 1e-45, kind: "a".repeat(9000) },
];
