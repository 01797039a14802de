/** Bytes of WebAssembly, written as our kernels need it: https://www.w3.org/TR/wasm-core-2/#binary-format */
export type Code = readonly number[];

/** A function of the type `Kernel`: its parameters are the locals 0, 1 and 2, its vectors those from 3 on. */
export interface KernelFunction {
  readonly vectors: number;
  readonly body: Code;
}

const I32 = 0x7f;
const V128 = 0x7b;
export const START = 0;
const END = 1;
export const EXTRA = 2;
export const FIRST_VECTOR = 3;

export const localGet = (index: number): Code => [0x20, ...unsigned(index)];
export const localSet = (index: number): Code => [0x21, ...unsigned(index)];
const localTee = (index: number): Code => [0x22, ...unsigned(index)];
const i32Const = (value: number): Code => [0x41, value];
const I32_ADD: Code = [0x6a];
const I32_LESS: Code = [0x49];
const END_BLOCK: Code = [0x0b];

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
  const next = [...localGet(START), ...i32Const(16), ...I32_ADD, ...localTee(START)];
  return [0x03, 0x40, ...body, ...next, ...localGet(END), ...I32_LESS, 0x0d, 0, ...END_BLOCK];
}

/** A module that works on the imported memory `kernels.memory` and exports each function under its name. */
export function encodeModule(functions: Readonly<Record<string, KernelFunction>>): Uint8Array {
  const entries = Object.entries(functions);
  const sharedMemory = [0x02, 0x03, ...unsigned(0), ...unsigned(MAX_PAGES)];
  return Uint8Array.of(
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [[0x60, ...list([[I32], [I32], [I32]]), ...list([])]]),
    ...section(2, [[...name("kernels"), ...name("memory"), ...sharedMemory]]),
    ...section(
      3,
      entries.map(() => [0]),
    ),
    ...section(
      7,
      entries.map(([exported], index) => [...name(exported), 0x00, ...unsigned(index)]),
    ),
    ...section(
      10,
      entries.map(([, { vectors, body }]) => {
        const code = [...list([[...unsigned(vectors), V128]]), ...body, ...END_BLOCK];
        return [...unsigned(code.length), ...code];
      }),
    ),
  );
}

/** Pages of 64 KiB in the 4 GiB that a 32-bit address reaches. */
export const MAX_PAGES = 65_536;

function vector(opcode: number): Code {
  return [0xfd, ...unsigned(opcode)];
}

function section(id: number, items: readonly Code[]): Code {
  const content = list(items);
  return [id, ...unsigned(content.length), ...content];
}

function list(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function name(text: string): Code {
  return list([...new TextEncoder().encode(text)].map((byte) => [byte]));
}

/** LEB128: seven bits a byte, the lowest first. */
function unsigned(value: number): Code {
  return value < 128 ? [value] : [128 + (value % 128), ...unsigned(Math.floor(value / 128))];
}
