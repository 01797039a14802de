import { type Code, loop, unsigned, type WasmFunction } from "../../wasm/wasm-code.ts";

export const START = 0;
const END = 1;
export const EXTRA = 2;
export const FIRST_VECTOR = 3;

/** A function of the type `Kernel`: its parameters are the locals 0, 1 and 2, its vectors those from 3 on. */
export function kernelFunction(vectors: number, body: Code): WasmFunction {
  return { parameters: FIRST_VECTOR, ints: 0, vectors, body };
}

/** Instructions on a vector of four float32, or two float64, that only take and leave values on the stack. */
export const VECTOR = {
  andNot: vector(0x4f),
  and: vector(0x4e),
  f32Equal: vector(0x41),
  f32Less: vector(0x43),
  f32Greater: vector(0x44),
  f32Sqrt: vector(0xe3),
  f32Add: vector(0xe4),
  f32Sub: vector(0xe5),
  f32Mul: vector(0xe6),
  f32Div: vector(0xe7),
  f64Promote: vector(0x5f),
  f64Add: vector(0xf0),
  f64Mul: vector(0xf2),
} as const satisfies Record<string, Code>;

/** The four float32 at the address on the stack plus `offset`. */
export const load = (offset: number): Code => [...vector(0x00), 4, ...unsigned(offset)];
/** One float32, in all four places. */
export const loadSplat = (offset: number): Code => [...vector(0x09), 2, ...unsigned(offset)];
/** Two float32 and two zeros. */
export const loadHalf = (offset: number): Code => [...vector(0x5d), 3, ...unsigned(offset)];
export const store = (offset: number): Code => [...vector(0x0b), 4, ...unsigned(offset)];

/** A float32 constant, in all four places. */
export function splat(value: number): Code {
  return [0x43, ...new Uint8Array(Float32Array.of(value).buffer), ...vector(0x13)];
}

/** `body` for each 16 bytes from START to END. */
export function vectorLoop(body: Code): Code {
  return loop(START, { step: 16, end: END, body });
}

function vector(opcode: number): Code {
  return [0xfd, ...unsigned(opcode)];
}
