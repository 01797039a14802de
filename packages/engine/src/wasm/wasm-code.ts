/** Bytes of WebAssembly: https://www.w3.org/TR/wasm-core-2/#binary-format */
export type Code = readonly number[];

export interface WasmFunction {
  /** Numbers of 32 bits that it is given: the locals from 0 on. */
  readonly parameters: number;
  /** More such locals behind them. */
  readonly ints: number;
  /** Locals of 128 bits behind these. Default: none. */
  readonly vectors?: number;
  readonly body: Code;
}

const I32 = 0x7f;
const V128 = 0x7b;
const END: Code = [0x0b];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number): Code => [0x21, ...unsigned(local)];
/** Keeps the number on the stack too. */
export const tee = (local: number): Code => [0x22, ...unsigned(local)];
/** @param value From 0 to 63. */
export const int = (value: number): Code => [0x41, value];

/** Instructions that take their operands from the stack; addresses are aligned as their names say. */
export const I32_LOAD: Code = [0x28, 2, 0];
export const I32_LOAD_BYTE: Code = [0x2d, 0, 0];
export const I32_STORE: Code = [0x36, 2, 0];
export const I32_ADD: Code = [0x6a];
export const I32_SUB: Code = [0x6b];
export const I32_SHIFT_LEFT: Code = [0x74];
const I32_LESS: Code = [0x49];
/** Takes an address, a byte and a count from the stack. */
export const FILL: Code = [0xfc, 0x0b, 0];
export const VECTOR_LOAD: Code = [0xfd, 0x00, 4, 0];
/** What lies 16 bytes behind the address. */
export const NEXT_VECTOR_LOAD: Code = [0xfd, 0x00, 4, 16];
export const VECTOR_STORE: Code = [0xfd, 0x0b, 4, 0];
export const NEXT_VECTOR_STORE: Code = [0xfd, 0x0b, 4, 16];
export const VECTOR_ZERO: Code = [0xfd, 0x0c, ...new Array<number>(16).fill(0)];
/** One of the four float32 of a vector, and a float32 as all four. */
export const f32Lane = (lane: number): Code => [0xfd, 0x1f, lane];
export const F32_LOAD: Code = [0x2a, 2, 0];
/** A float32 as a float64. */
export const F64_PROMOTE: Code = [0xbb];
/** A float64 as both of a vector. */
export const F64_SPLAT: Code = [0xfd, 0x14];
export const F64_MUL: Code = [0xfd, 0xf2, 0x01];
export const F32_SPLAT: Code = [0xfd, 0x13];
export const F32_ADD: Code = [0x92];
export const F32_VECTOR_ADD: Code = [0xfd, 0xe4, 0x01];
export const F32_VECTOR_MUL: Code = [0xfd, 0xe6, 0x01];
export const F64_ADD: Code = [0xfd, 0xf0, 0x01];
export const F64_SUB: Code = [0xfd, 0xf1, 0x01];

/** `body`, after which a local grows by `step`, as long as it is below another one; at least once. */
export function loop(
  local: number,
  { step, end, body }: { readonly step: number; readonly end: number; readonly body: Code },
): Code {
  const next = [...get(local), ...int(step), ...I32_ADD, ...tee(local), ...get(end), ...I32_LESS];
  return [0x03, 0x40, ...body, ...next, 0x0d, 0, ...END];
}

/** A module that works on the imported shared memory `shared.memory` and exports each function under its name. */
export function encodeWasm(functions: Readonly<Record<string, WasmFunction>>): Uint8Array {
  const entries = Object.entries(functions);
  const sharedMemory = [0x02, 0x03, ...unsigned(0), ...unsigned(MOST_PAGES)];
  const numbered = entries.map((_, index) => unsigned(index));
  return Uint8Array.of(
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(
      1,
      entries.map(([, { parameters }]) => [
        0x60,
        ...list(Array.from({ length: parameters }, () => [I32])),
        ...list([]),
      ]),
    ),
    ...section(2, [[...name("shared"), ...name("memory"), ...sharedMemory]]),
    ...section(3, numbered),
    ...section(
      7,
      entries.map(([exported], index) => [...name(exported), 0x00, ...unsigned(index)]),
    ),
    ...section(
      10,
      entries.map(([, { ints, vectors = 0, body }]) => {
        const locals = list([
          [...unsigned(ints), I32],
          [...unsigned(vectors), V128],
        ]);
        const code = [...locals, ...body, ...END];
        return [...unsigned(code.length), ...code];
      }),
    ),
  );
}

/** Pages of 64 KiB in the 4 GiB that a 32-bit address reaches. */
export const MOST_PAGES = 65_536;
export const PAGE = 65_536;

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
export function unsigned(value: number): Code {
  return value < 128 ? [value] : [128 + (value % 128), ...unsigned(Math.floor(value / 128))];
}
