import {
  type Code,
  compileWasm,
  F64_ADD,
  F64_SUB,
  FILL,
  get,
  I32_ADD,
  I32_LOAD,
  I32_LOAD_BYTE,
  I32_SHIFT_LEFT,
  I32_STORE,
  I32_SUB,
  int,
  loop,
  openWasm,
  set,
  tee,
  VECTOR_LOAD,
  VECTOR_STORE,
  type WasmFunction,
  type WasmMemory,
} from "@modelwright/engine/wasm";

/** Where the histogram of a column begins, and its codes, in bytes. */
export interface ColumnAddress {
  readonly codes: number;
  readonly sums: number;
  readonly counts: number;
}

export interface HistogramKernels {
  /** Adds rows, whose numbers stand from `start` to `end`, to the histogram of a column. */
  readonly add: (
    column: ColumnAddress,
    rows: { readonly start: number; readonly end: number; readonly pairs: number },
  ) => void;
  /** Empties so many bytes: for memory that threads share, JavaScript's own way is many times slower. */
  readonly clear: (address: number, bytes: number) => void;
  /** Takes one histogram from another, which ends at `end`. */
  readonly subtract: (from: Omit<ColumnAddress, "codes">, what: Omit<ColumnAddress, "codes">, end: number) => void;
}

/**
 * Adds rows to the histogram of a column: for each row its pair of derivatives to the sums of its bin, 16 bytes at once, and one to its count.
 *
 * Parameters: addresses of the first row's number and behind the last one's, of the pairs, and of the column's codes, sums and counts.
 */
function addKernel(): WasmFunction {
  const [at, end, pairs, codes, sums, counts] = [0, 1, 2, 3, 4, 5];
  const [row, bin, place] = [6, 7, 8];
  const scaled = (number: number, bits: number, base: number): Code => [
    ...[...get(number), ...int(bits), ...I32_SHIFT_LEFT, ...get(base), ...I32_ADD],
  ];
  const body = [
    ...[...get(at), ...I32_LOAD, ...tee(row), ...get(codes), ...I32_ADD, ...I32_LOAD_BYTE, ...set(bin)],
    ...[...scaled(bin, 4, sums), ...tee(place), ...get(place), ...VECTOR_LOAD],
    ...[...scaled(row, 4, pairs), ...VECTOR_LOAD, ...F64_ADD, ...VECTOR_STORE],
    ...[...scaled(bin, 2, counts), ...tee(place), ...get(place), ...I32_LOAD, ...int(1), ...I32_ADD, ...I32_STORE],
  ];
  return { parameters: 6, ints: 3, body: loop(at, { step: 4, end, body }) };
}

/** Parameters: addresses of sums and counts that are lessened, of those they are lessened by, and behind the first sums. */
function subtractKernel(): WasmFunction {
  const [sums, counts, lessSums, lessCounts, end] = [0, 1, 2, 3, 4];
  const grow = (local: number, step: number): Code => [...get(local), ...int(step), ...I32_ADD, ...set(local)];
  const body = [
    ...[...get(sums), ...get(sums), ...VECTOR_LOAD, ...get(lessSums), ...VECTOR_LOAD, ...F64_SUB, ...VECTOR_STORE],
    ...[...get(counts), ...get(counts), ...I32_LOAD, ...get(lessCounts), ...I32_LOAD, ...I32_SUB, ...I32_STORE],
    ...[...grow(counts, 4), ...grow(lessSums, 16), ...grow(lessCounts, 4)],
  ];
  return { parameters: 5, ints: 0, body: loop(sums, { step: 16, end, body }) };
}

const CLEAR: WasmFunction = { parameters: 2, ints: 0, body: [...get(0), ...int(0), ...get(1), ...FILL] };

let compiled: object | undefined;

/** Code that threads share, and trainings one after another, for which it is fast from the start. */
export function compileHistogramKernels(): object {
  compiled ??= compileWasm({ add: addKernel(), subtract: subtractKernel(), clear: CLEAR });
  return compiled;
}

export function openHistogramKernels(module: object, memory: WasmMemory): HistogramKernels {
  const kernels = openWasm<"add" | "subtract" | "clear">(module, memory);
  return {
    add: ({ codes, sums, counts }, { start, end, pairs }) => kernels.add(start, end, pairs, codes, sums, counts),
    clear: kernels.clear,
    subtract: (from, what, end) => kernels.subtract(from.sums, from.counts, what.sums, what.counts, end),
  };
}
