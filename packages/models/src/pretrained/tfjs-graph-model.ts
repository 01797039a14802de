import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { elementCount, float16ToNumber, type Tensor, tensor } from "@modelwright/engine";
import { invalidWeights } from "./invalid-weights.ts";

type Quantization =
  | { readonly dtype: "uint8" | "uint16"; readonly scale: number; readonly min: number }
  | { readonly dtype: "float16" };

interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
  readonly quantization: Quantization | undefined;
}

interface WeightGroup {
  readonly paths: readonly string[];
  readonly weights: readonly WeightEntry[];
}

type Stored = WeightEntry["dtype"] | Quantization["dtype"];

const STORED_BYTES: Readonly<Record<Stored, number>> = {
  float32: 4,
  int32: 4,
  float16: 2,
  uint16: 2,
  uint8: 1,
  bool: 1,
};

/**
 * Reads the weights of a TensorFlow.js graph or layers model: `model.json` and the shards that it names.
 *
 * Quantised weights come back as float32: float16 widened, uint8 and uint16 as `scale · stored + min`.
 *
 * @param options.sha256 Digests that the files must have, by name; all shards together count as one file, `weights`.
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` naming the file that is missing, changed, cut short or malformed.
 * @see https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts
 */
export async function readTfjsWeights(
  folder: string,
  options: { readonly sha256?: { readonly "model.json": string; readonly weights: string } } = {},
): Promise<ReadonlyMap<string, Tensor>> {
  const modelFile = join(folder, "model.json");
  const modelBytes = await readWeightsFile(modelFile);
  checkDigest(modelFile, [modelBytes], options.sha256?.["model.json"]);
  const groups = parseManifest(modelBytes, modelFile);
  const shards = await Promise.all(
    groups.map(({ paths }) => Promise.all(paths.map((path) => readWeightsFile(join(folder, path))))),
  );
  checkDigest(`${folder}: all shards`, shards.flat(), options.sha256?.weights);
  return new Map(
    groups.flatMap((group, i) => {
      const place = `${join(folder, group.paths[0]!)}${group.paths.length > 1 ? " and those after it" : ""}`;
      return splitGroup(group.weights, concatenate(shards[i]!), place);
    }),
  );
}

/** Reads a file that a weights reader needs. */
export async function readWeightsFile(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    return invalidWeights(file, "it cannot be read", cause);
  }
}

/** Refuses bytes whose SHA-256 is not the one expected. */
export function checkDigest(file: string, parts: readonly Uint8Array[], expected: string | undefined): void {
  if (expected === undefined) return;
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  const actual = hash.digest("hex");
  if (actual !== expected) invalidWeights(file, `its SHA-256 is ${actual}, not ${expected}`);
}

function parseManifest(bytes: Uint8Array, file: string): readonly WeightGroup[] {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    return invalidWeights(file, "it is not JSON", cause);
  }
  const manifest = isRecord(json) ? json.weightsManifest : undefined;
  if (!Array.isArray(manifest)) return invalidWeights(file, "it has no list weightsManifest");
  return manifest.map((group: unknown, i) => parseGroup(group, `weightsManifest[${i}]`, file));
}

function parseGroup(group: unknown, where: string, file: string): WeightGroup {
  if (!isRecord(group) || !Array.isArray(group.paths) || !Array.isArray(group.weights) || group.paths.length === 0) {
    return invalidWeights(file, `${where} is not { paths, weights }`);
  }
  // A bare file name: a path could lead out of the model's folder.
  const stranger = group.paths.find((path: unknown) => typeof path !== "string" || !/^[\w-][\w.-]*$/.test(path));
  if (stranger !== undefined) invalidWeights(file, `${where}.paths holds ${JSON.stringify(stranger)}, not a file name`);
  return {
    paths: group.paths,
    weights: group.weights.map((entry: unknown, i) => parseWeight(entry, `${where}.weights[${i}]`, file)),
  };
}

function parseWeight(entry: unknown, where: string, file: string): WeightEntry {
  if (!isRecord(entry) || typeof entry.name !== "string") return invalidWeights(file, `${where} has no name`);
  const { name, shape, dtype, quantization } = entry;
  if (!Array.isArray(shape) || shape.some((size) => !Number.isSafeInteger(size) || size < 0)) {
    return invalidWeights(file, `${where}: the shape of "${name}" is not a list of sizes`);
  }
  if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") {
    return invalidWeights(file, `${where}: "${name}" has dtype ${JSON.stringify(dtype)}; we read float32, int32, bool`);
  }
  if (quantization === undefined) return { name, shape, dtype, quantization };
  if (dtype !== "float32" || !isQuantization(quantization)) {
    return invalidWeights(file, `${where}: we read no ${dtype} stored as ${JSON.stringify(quantization)}`);
  }
  return { name, shape, dtype, quantization };
}

function isQuantization(value: unknown): value is Quantization {
  if (!isRecord(value)) return false;
  if (value.dtype === "float16") return true;
  const isInteger = value.dtype === "uint8" || value.dtype === "uint16";
  return isInteger && Number.isFinite(value.scale) && Number.isFinite(value.min);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Cuts one group's bytes into its weights; they follow one another without gaps. */
function splitGroup(entries: readonly WeightEntry[], bytes: Uint8Array, file: string): [string, Tensor][] {
  let position = 0;
  const weights = entries.map((entry): [string, Tensor] => {
    const size = elementCount(entry.shape) * STORED_BYTES[entry.quantization?.dtype ?? entry.dtype];
    if (position + size > bytes.byteLength) {
      invalidWeights(file, `weight "${entry.name}" ends at byte ${position + size}, the shards at ${bytes.byteLength}`);
    }
    // A copy, because a weight may start at an odd address.
    const stored = bytes.slice(position, position + size).buffer;
    position += size;
    return [entry.name, decodeWeight(entry, stored)];
  });
  if (position !== bytes.byteLength) {
    invalidWeights(file, `the weights take ${position} bytes, but the shards have ${bytes.byteLength}`);
  }
  return weights;
}

function decodeWeight({ dtype, shape, quantization }: WeightEntry, stored: ArrayBuffer): Tensor {
  if (quantization === undefined) {
    if (dtype === "float32") return tensor(dtype, shape, new Float32Array(stored));
    if (dtype === "int32") return tensor(dtype, shape, new Int32Array(stored));
    return tensor(dtype, shape, new Uint8Array(stored));
  }
  if (quantization.dtype === "float16") {
    return tensor("float32", shape, Float32Array.from(new Uint16Array(stored), float16ToNumber));
  }
  const { scale, min } = quantization;
  const values = quantization.dtype === "uint8" ? new Uint8Array(stored) : new Uint16Array(stored);
  return tensor(
    "float32",
    shape,
    Float32Array.from(values, (value) => value * scale + min),
  );
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.byteLength;
  }
  return whole;
}
