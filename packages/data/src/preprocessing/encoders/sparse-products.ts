import {
  alignedBytes,
  type Code,
  compileWasm,
  F32_LOAD,
  F64_ADD,
  F64_MUL,
  F64_PROMOTE,
  F64_SPLAT,
  get,
  I32_ADD,
  I32_LOAD,
  int,
  KernelMemory,
  loop,
  openWasm,
  set,
  tee,
  VECTOR_LOAD,
  VECTOR_STORE,
  type WasmFunction,
} from "@modelwright/engine/wasm";
import type { SparseVector } from "../../features/tfidf.ts";

/** Vectors that go through the rows together: what is read and written for a number of A then lies in a few cache lines. */
const MOST_TOGETHER = 64;
const LANES = 2;

/**
 * AᵀA times some vectors, for a sparse A. Sums are float64, in the order of the rows and of what stands in them.
 *
 * @param rows A, each row ascending.
 * @param columns Of A.
 */
export function sparseProducts(
  rows: readonly SparseVector[],
  columns: number,
): (vectors: readonly Float64Array[]) => readonly Float64Array[] {
  const numbers = rows.reduce((sum, { indices }) => sum + indices.length, 0);
  const most = 8 * MOST_TOGETHER;
  const memory = new KernelMemory(2 * alignedBytes(4 * numbers) + 2 * columns * most + most);
  const { buffer } = memory.memory;
  const places = new Int32Array(buffer, memory.take(4 * numbers), numbers);
  const values = new Float32Array(buffer, memory.take(4 * numbers), numbers);
  const given = new Float64Array(buffer, memory.take(columns * most), columns * MOST_TOGETHER);
  const found = new Float64Array(buffer, memory.take(columns * most), columns * MOST_TOGETHER);
  const products = new Float64Array(buffer, memory.take(most), MOST_TOGETHER);
  const kernels = openWasm<keyof typeof KERNELS>(compiled(), memory.memory);
  let at = 0;
  for (const row of rows) {
    values.set(row.values, at);
    at += row.values.length;
  }
  const timesSome = (vectors: readonly Float64Array[]): readonly Float64Array[] => {
    const stride = LANES * Math.ceil(vectors.length / LANES);
    const bytes = 8 * stride;
    given.fill(0, 0, columns * stride);
    found.fill(0, 0, columns * stride);
    for (const [k, vector] of vectors.entries())
      for (let column = 0; column < columns; column++) given[column * stride + k] = vector[column]!;
    let first = 0;
    for (const { indices } of rows) {
      for (let i = 0; i < indices.length; i++) places[first + i] = bytes * indices[i]!;
      first += indices.length;
    }
    first = 0;
    for (const { indices } of rows) {
      if (indices.length === 0) continue;
      const row = [places.byteOffset + 4 * first, places.byteOffset + 4 * (first + indices.length)] as const;
      for (let k = 0; k < stride; k++) products[k] = 0;
      kernels.gather(...row, values.byteOffset + 4 * first, given.byteOffset, products.byteOffset, bytes);
      kernels.scatter(...row, values.byteOffset + 4 * first, found.byteOffset, products.byteOffset, bytes);
      first += indices.length;
    }
    return vectors.map((_, k) => {
      const image = new Float64Array(columns);
      for (let column = 0; column < columns; column++) image[column] = found[column * stride + k]!;
      return image;
    });
  };
  return (vectors) =>
    Array.from({ length: Math.ceil(vectors.length / MOST_TOGETHER) }, (_, part) =>
      timesSome(vectors.slice(part * MOST_TOGETHER, (part + 1) * MOST_TOGETHER)),
    ).flat();
}

/**
 * Parameters of both: where the places of a row's columns are listed, in bytes from the base, and behind that list; where its values are, one
 * float32 for each place; the base; the row's products; and bytes of these. Nothing may be empty.
 */
const [LISTED, END, VALUES, BASE, PRODUCTS, BYTES] = [0, 1, 2, 3, 4, 5];
const [COLUMN, OFFSET, PLACE, VALUE] = [6, 7, 8, 9];

/** For each place of a row what `each` does with 16 bytes of its column at `COLUMN` and of the products at `PRODUCTS`, both behind `OFFSET`. */
function throughRow(each: Code): WasmFunction {
  const body = [
    ...[...get(BASE), ...get(LISTED), ...I32_LOAD, ...I32_ADD, ...set(COLUMN)],
    ...[...get(VALUES), ...F32_LOAD, ...F64_PROMOTE, ...F64_SPLAT, ...set(VALUE)],
    ...[...get(VALUES), ...int(4), ...I32_ADD, ...set(VALUES), ...int(0), ...set(OFFSET)],
    ...loop(OFFSET, { step: 16, end: BYTES, body: each }),
  ];
  return { parameters: 6, ints: 3, vectors: 1, body: loop(LISTED, { step: 4, end: END, body }) };
}

/** into += value · from. */
function addTimes(into: number, from: number): Code {
  return [
    ...[...get(into), ...get(OFFSET), ...I32_ADD, ...tee(PLACE), ...get(PLACE), ...VECTOR_LOAD],
    ...[...get(VALUE), ...get(from), ...get(OFFSET), ...I32_ADD, ...VECTOR_LOAD, ...F64_MUL, ...F64_ADD],
    ...VECTOR_STORE,
  ];
}

const KERNELS = {
  gather: throughRow(addTimes(PRODUCTS, COLUMN)),
  scatter: throughRow(addTimes(COLUMN, PRODUCTS)),
};

let module: object | undefined;

function compiled(): object {
  module ??= compileWasm(KERNELS);
  return module;
}
