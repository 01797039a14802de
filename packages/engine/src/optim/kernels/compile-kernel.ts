import type { Graph } from "../../graph/graph.ts";
import { type Code, get, set, type WasmFunction } from "../../wasm/wasm-code.ts";
import {
  EXTRA,
  FIRST_VECTOR,
  kernelFunction,
  load,
  loadHalf,
  loadSplat,
  START,
  splat,
  store,
  VECTOR,
  vectorLoop,
} from "./vector-code.ts";

/** Constants of every kernel. The bits of infinity are those of the exponent. */
const EXPONENT = Number.POSITIVE_INFINITY;
const ZERO = 0;

const inOrder =
  (instruction: Code) =>
  (...operands: Code[]): Code => [...operands.flat(), ...instruction];

/** What an operator leaves on the stack, from the code of its operands. */
const OPERATORS: Readonly<Record<string, (...operands: Code[]) => Code>> = {
  Add: inOrder(VECTOR.f32Add),
  Sub: inOrder(VECTOR.f32Sub),
  Mul: inOrder(VECTOR.f32Mul),
  Div: inOrder(VECTOR.f32Div),
  Identity: (x) => x!,
  Sqrt: inOrder(VECTOR.f32Sqrt),
  Sign: (x) => {
    const one = (comparison: Code) => [...x!, ...splat(0), ...comparison, ...splat(1), ...VECTOR.and];
    return [...one(VECTOR.f32Greater), ...one(VECTOR.f32Less), ...VECTOR.f32Sub];
  },
};

/**
 * A graph of element-wise operators as one pass over memory: every input is read once, every output written once.
 *
 * Scalar inputs are read from EXTRA, one float32 after another in the graph's order. Denormal results are stored as zero: moments of
 * rarely touched weights decay into that range, where arithmetic is many times slower.
 *
 * @param addresses Where the buffer of each other input and of each output starts, in bytes.
 */
export function compileElementwise(graph: Graph, addresses: Readonly<Record<string, number>>): WasmFunction {
  const locals = new Map<string | number, number>();
  const define = (name: string | number): Code => {
    locals.set(name, FIRST_VECTOR + locals.size);
    return set(locals.get(name)!);
  };
  const read = (name: string | number): Code => get(locals.get(name)!);

  const scalars = graph.inputs.filter(({ shape }) => shape.length === 0);
  const buffers = graph.inputs.filter(({ shape }) => shape.length > 0);
  const before = [
    ...scalars.flatMap(({ name }, i) => [...get(EXTRA), ...loadSplat(4 * i), ...define(name)]),
    ...[EXPONENT, ZERO].flatMap((constant) => [...splat(constant), ...define(constant)]),
  ];
  const reads = buffers.flatMap(({ name }) => [...get(START), ...load(addresses[name]!), ...define(name)]);
  const steps = graph.nodes.flatMap(({ opType, inputs, outputs }) => {
    const operator = OPERATORS[opType];
    if (operator === undefined) throw new Error(`no kernel code for the operator ${opType}`);
    return [...operator(...inputs.map(read)), ...define(outputs[0]!)];
  });
  // A number whose exponent bits, those of infinity, are all zero.
  const isTiny = (x: Code): Code => [...x, ...read(EXPONENT), ...VECTOR.and, ...read(ZERO), ...VECTOR.f32Equal];
  const flushed = (x: Code): Code => [...x, ...isTiny(x), ...VECTOR.andNot];
  const writes = graph.outputs.flatMap(({ name }) => [
    ...[...get(START), ...flushed(read(name)), ...store(addresses[name]!)],
  ]);
  return kernelFunction(locals.size, [...before, ...vectorLoop([...reads, ...steps, ...writes])]);
}

/** Σ x² of a buffer's part, summed in float64: two partial sums, left at EXTRA as float64 [2]. */
export function compileSquaredSum(address: number): WasmFunction {
  // One sum for each half of a vector: an addition need not wait for the one before it.
  const [pair, low, high] = [FIRST_VECTOR, FIRST_VECTOR + 1, FIRST_VECTOR + 2];
  const add = (x: Code, y: Code): Code => [...x, ...y, ...VECTOR.f64Add];
  const addSquares = (sum: number, offset: number): Code => [
    ...[...get(START), ...loadHalf(offset), ...VECTOR.f64Promote, ...set(pair)],
    ...[...add(get(sum), [...get(pair), ...get(pair), ...VECTOR.f64Mul]), ...set(sum)],
  ];
  const loop = vectorLoop([...addSquares(low, address), ...addSquares(high, address + 8)]);
  return kernelFunction(3, [...loop, ...get(EXTRA), ...add(get(low), get(high)), ...store(0)]);
}
