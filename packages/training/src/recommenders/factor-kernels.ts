import {
  type Code,
  compileWasm,
  F32_ADD,
  F32_SPLAT,
  F32_VECTOR_ADD,
  F32_VECTOR_MUL,
  f32Lane,
  get,
  I32_ADD,
  I32_LOAD,
  int,
  loop,
  NEXT_VECTOR_LOAD,
  NEXT_VECTOR_STORE,
  openWasm,
  set,
  tee,
  VECTOR_LOAD,
  VECTOR_STORE,
  VECTOR_ZERO,
  type WasmFunction,
  type WasmMemory,
} from "@modelwright/engine/wasm";

/** Rows are padded by zeros to so many float32: two vectors, which are added up side by side. */
export const LANES = 8;
const STEP = 4 * LANES;
const ADDRESS = 4;

/** Addresses in bytes; rows z are float32 of `bytes` each, and known by the list of their addresses from `at` to `end`, which is not empty. */
export interface FactorKernels {
  /** into += Σ z. */
  readonly addRows: (at: number, end: number, into: number, bytes: number) => void;
  /** into += Σ z (z·vector). */
  readonly addProducts: (at: number, end: number, vector: number, into: number, bytes: number) => void;
}

const at = (base: number, offset: number): Code => [...get(base), ...get(offset), ...I32_ADD];

function addRowsKernel(): WasmFunction {
  const [listed, end, into, bytes] = [0, 1, 2, 3];
  const [row, offset, place] = [4, 5, 6];
  const body = [
    ...[...get(listed), ...I32_LOAD, ...set(row), ...int(0), ...set(offset)],
    ...loop(offset, {
      step: STEP,
      end: bytes,
      body: [
        ...[...at(into, offset), ...tee(place), ...get(place), ...VECTOR_LOAD],
        ...[...at(row, offset), ...VECTOR_LOAD, ...F32_VECTOR_ADD, ...VECTOR_STORE],
        ...[...get(place), ...get(place), ...NEXT_VECTOR_LOAD],
        ...[...at(row, offset), ...NEXT_VECTOR_LOAD, ...F32_VECTOR_ADD, ...NEXT_VECTOR_STORE],
      ],
    }),
  ];
  return { parameters: 4, ints: 3, body: loop(listed, { step: ADDRESS, end, body }) };
}

function addProductsKernel(): WasmFunction {
  const [listed, end, vector, into, bytes] = [0, 1, 2, 3, 4];
  const [row, offset, place] = [5, 6, 7];
  const [sum, next] = [8, 9];
  const lane = (index: number): Code => [...get(sum), ...f32Lane(index)];
  const product = (into: number, read: Code): Code => [
    ...[...get(into), ...at(row, offset), ...read, ...at(vector, offset), ...read],
    ...[...F32_VECTOR_MUL, ...F32_VECTOR_ADD, ...set(into)],
  ];
  const body = [
    ...[...get(listed), ...I32_LOAD, ...set(row), ...int(0), ...set(offset)],
    ...[...VECTOR_ZERO, ...set(sum), ...VECTOR_ZERO, ...set(next)],
    ...loop(offset, {
      step: STEP,
      end: bytes,
      body: [...product(sum, VECTOR_LOAD), ...product(next, NEXT_VECTOR_LOAD)],
    }),
    ...[...get(sum), ...get(next), ...F32_VECTOR_ADD, ...set(sum)],
    ...[...lane(0), ...lane(1), ...F32_ADD, ...lane(2), ...lane(3), ...F32_ADD, ...F32_ADD, ...F32_SPLAT, ...set(sum)],
    ...[...int(0), ...set(offset)],
    ...loop(offset, {
      step: STEP,
      end: bytes,
      body: [
        ...[...at(into, offset), ...tee(place), ...get(place), ...VECTOR_LOAD],
        ...[...at(row, offset), ...VECTOR_LOAD, ...get(sum), ...F32_VECTOR_MUL, ...F32_VECTOR_ADD, ...VECTOR_STORE],
        ...[...get(place), ...get(place), ...NEXT_VECTOR_LOAD, ...at(row, offset), ...NEXT_VECTOR_LOAD],
        ...[...get(sum), ...F32_VECTOR_MUL, ...F32_VECTOR_ADD, ...NEXT_VECTOR_STORE],
      ],
    }),
  ];
  return { parameters: 5, ints: 3, vectors: 2, body: loop(listed, { step: ADDRESS, end, body }) };
}

let compiled: object | undefined;

/** Code that threads share. */
export function compileFactorKernels(): object {
  compiled ??= compileWasm({ addRows: addRowsKernel(), addProducts: addProductsKernel() });
  return compiled;
}

export function openFactorKernels(module: object, memory: WasmMemory): FactorKernels {
  return openWasm<keyof FactorKernels>(module, memory);
}
