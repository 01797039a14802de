import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { float16ToNumber, type Tensor, tensor } from "@modelwright/engine";
import { invalidWeights } from "../invalid-weights.ts";
import {
  LENGTH_BYTES,
  parseSafetensorsHeader,
  type SafetensorsEntry,
  safetensorsDataStart,
} from "../safetensors-header.ts";
import type { ParameterNames } from "./parameter-names.ts";

/** How the numbers of each dtype of published weights become float32. */
const WIDEN: Readonly<Record<string, (bytes: Uint8Array) => Float32Array>> = {
  F32: (bytes) => new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4),
  F16: (bytes) => widened(bytes, float16Numbers()),
  BF16: (bytes) => {
    const halves = halvesOf(bytes);
    const bits = new Uint32Array(halves.length);
    // A brain float is the upper half of a float32.
    for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
    return new Float32Array(bits.buffer);
  },
};

/** What headers may name beside: positions that are counted, and other buffers. */
const SIZES = { F32: 4, F16: 2, BF16: 2, F64: 8, I64: 8, I32: 4, I16: 2, I8: 1, U8: 1, BOOL: 1 };

/** What files hold beside parameters: positions that are counted, and other constants. */
const CONSTANTS = /(^|\.)(position_ids|token_type_ids|inv_freq|masked_bias|h\.\d+\.attn\.bias)$/;

/** The last layers of models for some task. */
const HEADS = new RegExp(
  `^(?:\\w+\\.)?(${[
    "pooler|cls|lm_head|classifier|score|qa_outputs|head|decoder|sequence_summary|seq_relationship",
    "pre_classifier|vocab_transform|vocab_layer_norm|vocab_projector|mask_predictions|lm_predictions",
    "discriminator_predictions|generator_predictions|generator_lm_head",
  ].join("|")})\\.`,
);

/** The same behind a decoder. */
export const HEADS_OF_DECODERS = /^(?:\w+\.)?(classification_head|classifier|qa_outputs)\./;

/** What of the files became the model's. */
export interface ReadWeights {
  /** Under our names, float32. */
  readonly tensors: ReadonlyMap<string, Tensor<"float32">>;
  /** Heads for some task, which are no part of the model: `cls`, `pooler`. */
  readonly passedOver: readonly string[];
  /** Bytes per dtype: `{ F16: 1000 }`. */
  readonly stored: Readonly<Record<string, number>>;
}

/**
 * Reads the weights of a model, one tensor after another, so that hardly more memory is taken than they have as float32.
 *
 * @param heads What begins the names of heads, which are passed over. Default: those of models that are an encoder or a decoder alone.
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` naming the file, and the tensor where there is one: also for a tensor that is neither the
 *   model's nor that of a head.
 */
export async function readWeights(
  files: readonly string[],
  names: ParameterNames,
  heads: RegExp = HEADS,
): Promise<ReadWeights> {
  const tensors = new Map<string, Tensor<"float32">>();
  const passedOver = new Set<string>();
  const stored: Record<string, number> = {};
  for (const path of files) {
    await withFile(path, async (file) => {
      const { dataStart, entries } = await readHeader(file, path);
      for (const entry of entries) {
        const ours = names.toOurs(entry.name);
        if (ours === undefined) {
          const unread = names.isUnread?.(entry.name) ? [] : headOf(entry.name, { path, heads });
          for (const head of unread) passedOver.add(head);
          continue;
        }
        if (tensors.has(ours.name)) invalidWeights(path, `it holds "${ours.name}" twice, as "${entry.name}" too`);
        const data = await readNumbers(file, { path, entry, dataStart });
        tensors.set(ours.name, ours.turned ? transposed(entry, data, path) : tensor("float32", entry.shape, data));
        stored[entry.dtype] = (stored[entry.dtype] ?? 0) + entry.end - entry.begin;
      }
    });
  }
  return { tensors, passedOver: [...passedOver], stored };
}

/** SHA-256 of files, in hexadecimal, one after another. */
export async function digestOf(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files)
    for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(chunk);
  return hash.digest("hex");
}

async function withFile(path: string, use: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path).catch((cause: unknown) => invalidWeights(path, "it cannot be read", cause));
  try {
    await use(file);
  } finally {
    await file.close();
  }
}

async function readHeader(file: FileHandle, path: string) {
  const { size } = await file.stat();
  const first = await readBytes(file, { path, position: 0, length: Math.min(LENGTH_BYTES, size) });
  const dataStart = safetensorsDataStart(first, size, path);
  const json = await readBytes(file, { path, position: LENGTH_BYTES, length: dataStart - LENGTH_BYTES });
  return { dataStart, ...parseSafetensorsHeader(json, { file: path, dataBytes: size - dataStart, sizes: SIZES }) };
}

async function readNumbers(
  file: FileHandle,
  { path, entry, dataStart }: { readonly path: string; readonly entry: SafetensorsEntry; readonly dataStart: number },
): Promise<Float32Array> {
  const { name, dtype, begin, end } = entry;
  const widen = WIDEN[dtype];
  if (widen === undefined) {
    return invalidWeights(path, `tensor "${name}" is ${dtype}; weights are ${Object.keys(WIDEN).join(", ")}`);
  }
  return widen(await readBytes(file, { path, position: dataStart + begin, length: end - begin }));
}

async function readBytes(
  file: FileHandle,
  { path, position, length }: { readonly path: string; readonly position: number; readonly length: number },
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) invalidWeights(path, `it ends at byte ${position + done}, within its data`);
    done += bytesRead;
  }
  return bytes;
}

function halvesOf(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
}

function widened(bytes: Uint8Array, numbers: Float32Array): Float32Array {
  const halves = halvesOf(bytes);
  const result = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) result[i] = numbers[halves[i]!]!;
  return result;
}

let known: Float32Array | undefined;

/** The number of each of the 65,536 half floats. */
function float16Numbers(): Float32Array {
  known ??= Float32Array.from({ length: 0x10000 }, (_, bits) => float16ToNumber(bits));
  return known;
}

/** The head to which a tensor belongs that is not read; none for a constant. */
function headOf(name: string, { path, heads }: { readonly path: string; readonly heads: RegExp }): string[] {
  if (CONSTANTS.test(name)) return [];
  const head = heads.exec(name)?.[1];
  return head === undefined
    ? invalidWeights(path, `tensor "${name}" is neither the model's nor that of a known head`)
    : [head];
}

/** A matrix whose rows are the columns of another. */
function transposed({ name, shape }: SafetensorsEntry, data: Float32Array, path: string): Tensor<"float32"> {
  const [rows, columns] = shape;
  if (shape.length !== 2) invalidWeights(path, `tensor "${name}" is [${shape.join(", ")}], not a matrix`);
  return tensor("float32", [columns!, rows!], turned(data, rows!, columns!));
}

/** Squares of so many rows and columns stay in the processor's cache. */
const BLOCK = 32;

/** The transpose of `[rows, columns]`. */
export function turned(data: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(data.length);
  for (let top = 0; top < rows; top += BLOCK) {
    for (let left = 0; left < columns; left += BLOCK) {
      for (let row = top; row < Math.min(rows, top + BLOCK); row++) {
        for (let column = left; column < Math.min(columns, left + BLOCK); column++) {
          result[column * rows + row] = data[row * columns + column]!;
        }
      }
    }
  }
  return result;
}
