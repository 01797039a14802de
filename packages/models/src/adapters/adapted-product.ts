import type { Value } from "@modelwright/engine";
import { dropoutWith } from "../layers/dropout.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { constant, type Initializer, normal, uniform } from "../parameters/initializers.ts";
import { ADAPTER_PARAMETERS, adapterScale, type LowRankAdapters } from "./low-rank-adapters.ts";

/** Kaiming uniform with slope √5, as PEFT draws A: ±1 / √inputs. B starts at zero, so that nothing changes before the first update. */
const initialA: Initializer = (shape, random) => uniform(1 / Math.sqrt(shape[0]!))(shape, random);

/**
 * x · weight + bias, with what an adapter of the current scope adds.
 *
 * @param x float32 `[..., inputs]`.
 * @param options.weight float32 `[inputs, width]`, both numbers.
 * @param options.bias float32 `[width]`. Default: none.
 * @returns float32 `[..., width]`.
 */
export function adaptedProduct(
  c: LayerContext,
  x: Value,
  { weight, bias }: { readonly weight: Value; readonly bias?: Value | undefined },
): Value {
  const product = c.b.op("MatMul", [x, weight]);
  const withBias = (value: Value) => (bias === undefined ? value : c.b.op("Add", [value, bias]));
  const adapters = c.adapters("linear");
  if (adapters === undefined) return withBias(product);
  const { a, b } = matrices(c, weight, adapters);
  const read = dropoutWith(c, x, { site: "lora", probability: adapters.dropout ?? 0 });
  const narrow = c.b.op("MatMul", [read, a]); // [..., rank]
  const added = c.b.op("FusedMatMul", [narrow, b], { alpha: adapterScale(adapters) }); // [..., width]
  // ONNX Runtime makes one node of a product and the bias behind it.
  if (adapters.dora !== true) return c.b.op("Add", [withBias(product), added]);
  const share = magnitudeShare(c, weight, { a, b, scale: adapterScale(adapters) }); // [width]
  if (read === x) return withBias(c.b.op("Mul", [c.b.op("Add", [product, added]), share]));
  // What is not dropped of x has its share; the rest of the product is W's own: as PEFT defines it.
  const dropped = c.b.op("Mul", [c.b.op("MatMul", [read, weight]), c.b.op("Sub", [share, c.b.scalar(1)])]);
  return c.b.op("Add", [c.b.op("Add", [withBias(product), dropped]), c.b.op("Mul", [added, share])]);
}

/**
 * The rows of an embedding for ids, with what an adapter of the current scope adds. As in PEFT, A starts at zero and B is drawn from the
 * standard normal.
 *
 * @param options.table float32 `[count, width]`.
 * @param options.rows Those of the table, float32 `[..., width]`; likewise the result.
 */
export function adaptedRows(
  c: LayerContext,
  { table, ids, rows }: { readonly table: Value; readonly ids: Value; readonly rows: Value },
): Value {
  const adapters = c.adapters("embedding");
  if (adapters === undefined) return rows;
  const { rank } = adapters;
  const [count, width] = table.shape.map(Number);
  const names = ADAPTER_PARAMETERS.embedding;
  const a = c.parameter(names.a, [count!, rank], { initializer: constant(0), decay: true });
  const b = c.parameter(names.b, [rank, width!], { initializer: normal(1), decay: true });
  const narrow = c.b.op("Gather", [a, ids], { axis: 0 });
  return c.b.op("Add", [rows, c.b.op("FusedMatMul", [narrow, b], { alpha: adapterScale(adapters) })]);
}

function matrices(c: LayerContext, weight: Value, { rank }: LowRankAdapters) {
  const [inputs, width] = weight.shape.map(Number);
  const names = ADAPTER_PARAMETERS.linear;
  return {
    a: c.parameter(names.a, [inputs!, rank], { initializer: initialA, decay: true }),
    b: c.parameter(names.b, [rank, width!], { initializer: constant(0), decay: true }),
  };
}

/**
 * The trained length of each column over the length that W + scale · A · B has there, which counts as a constant in the backward pass (section
 * 4.3 of the paper). The lengths start as those of W.
 */
function magnitudeShare(
  c: LayerContext,
  weight: Value,
  { a, b, scale }: { readonly a: Value; readonly b: Value; readonly scale: number },
): Value {
  const initializer: Initializer = () => columnLengths(c.initialValues("weight"), Number(weight.shape[1]));
  const magnitude = c.parameter(ADAPTER_PARAMETERS.linear.magnitude, [Number(weight.shape[1])], {
    initializer,
    decay: false,
  });
  const sum = c.b.op("Add", [weight, c.b.op("FusedMatMul", [a, b], { alpha: scale })]); // [inputs, width]
  const lengths = c.detached(c.b.op("ReduceL2", [sum, c.b.ints([0])], { keepdims: 0 })); // [width]
  return c.b.op("Div", [magnitude, lengths]);
}

/** The Euclidean length of each column of a matrix. */
export function columnLengths(matrix: Float32Array, width: number): Float32Array {
  const squares = new Float64Array(width);
  for (const [i, value] of matrix.entries()) squares[i % width]! += value * value;
  return Float32Array.from(squares, Math.sqrt);
}
