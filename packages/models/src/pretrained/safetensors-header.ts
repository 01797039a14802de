import { elementCount } from "@modelwright/engine";
import { invalidWeights, refusePointer } from "./invalid-weights.ts";

/** A tensor as the header describes it. */
export interface SafetensorsEntry {
  readonly name: string;
  /** As the format names it: `F32`, `BF16`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Bytes of the data, counted from its first. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order of their data. */
  readonly entries: readonly SafetensorsEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's own bound on the header. */
const MAX_HEADER_BYTES = 100_000_000;
/** The header's length stands before it, little-endian. */
export const LENGTH_BYTES = 8;
const ENTRY_KEYS = ["dtype", "shape", "data_offsets"] as const;

/**
 * Where the data begins, by the first eight bytes.
 *
 * @param fileBytes Size of the file.
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID`.
 */
export function safetensorsDataStart(first: Uint8Array, fileBytes: number, file: string): number {
  if (first.byteLength < LENGTH_BYTES) invalidWeights(file, `${first.byteLength} bytes are too few for a header`);
  refusePointer(first, file);
  const length = new DataView(first.buffer, first.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) {
    invalidWeights(file, `its header claims ${length} bytes; the format allows ${MAX_HEADER_BYTES}`);
  }
  const dataStart = LENGTH_BYTES + Number(length);
  if (dataStart > fileBytes) {
    invalidWeights(file, `its header claims ${length} bytes, but the file has ${fileBytes}`);
  }
  return dataStart;
}

/**
 * Reads the header of a file that may be damaged or hostile.
 *
 * Checked: JSON, no key written twice, known dtypes, sizes that fit the shapes, and data that is contiguous from the first byte to the
 * last, without holes or overlap.
 *
 * @param json The bytes between the length and the data.
 * @param options.dataBytes What follows the header.
 * @param options.sizes Bytes of an element of the dtypes that the caller reads.
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` naming the file, and the tensor where there is one.
 * @see https://github.com/huggingface/safetensors#format
 */
export function parseSafetensorsHeader(
  json: Uint8Array,
  options: { readonly file: string; readonly dataBytes: number; readonly sizes: Readonly<Record<string, number>> },
): SafetensorsHeader {
  const { file, dataBytes, sizes } = options;
  const { __metadata__: metadata = {}, ...rest } = headerObject(json, file);
  const entries = Object.entries(rest).map(([name, entry]) => parseEntry(name, entry, { file, sizes }));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let position = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== position) {
      invalidWeights(
        file,
        `tensor "${name}" begins at byte ${begin} of the data, but the one before it ends at ${position}`,
      );
    }
    position = end;
  }
  if (position !== dataBytes) {
    invalidWeights(file, `the tensors take ${position} bytes, but ${dataBytes} bytes of data follow the header`);
  }
  return { entries, metadata: parseMetadata(metadata, file) };
}

function headerObject(bytes: Uint8Array, file: string): Record<string, unknown> {
  const text = decodeHeader(bytes, file);
  if (!text.startsWith("{")) invalidWeights(file, "its header does not begin with {");
  const header = parseJson(text, file);
  if (!isRecord(header)) return invalidWeights(file, "its header is not a JSON object");
  // JSON.parse keeps the last of two equal keys: members that vanished show in the count.
  const members = Object.values(header).reduce<number>(
    (sum, entry) => sum + 1 + (isRecord(entry) ? Object.keys(entry).length : 0),
    0,
  );
  if (countColons(text) !== members)
    invalidWeights(file, "its header writes a key twice, or nests deeper than the format does");
  return header;
}

function decodeHeader(bytes: Uint8Array, file: string): string {
  try {
    // The decoder would drop a byte-order mark without `ignoreBOM`, and the format has none.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    return invalidWeights(file, "its header is not UTF-8", cause);
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    return invalidWeights(file, "its header is not JSON", cause);
  }
}

function parseEntry(
  name: string,
  entry: unknown,
  { file, sizes }: { readonly file: string; readonly sizes: Readonly<Record<string, number>> },
): SafetensorsEntry {
  if (!isRecord(entry)) return invalidWeights(file, `tensor "${name}" is not described by an object`);
  const stranger = Object.keys(entry).find((key) => !ENTRY_KEYS.some((known) => known === key));
  if (stranger !== undefined) invalidWeights(file, `tensor "${name}" has an unknown field "${stranger}"`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string" || !Object.hasOwn(sizes, dtype)) {
    const known = Object.keys(sizes).join(", ");
    return invalidWeights(file, `tensor "${name}" has dtype ${JSON.stringify(dtype)}; we read ${known}`);
  }
  if (!isSizeList(shape)) return invalidWeights(file, `the shape of tensor "${name}" is not a list of sizes`);
  if (!isSizeList(offsets) || offsets.length !== 2) {
    return invalidWeights(file, `data_offsets of tensor "${name}" is not [begin, end]`);
  }
  const [begin, end] = offsets as [number, number];
  const expected = elementCount(shape) * sizes[dtype]!;
  if (!Number.isSafeInteger(expected) || end - begin !== expected) {
    invalidWeights(
      file,
      `tensor "${name}" of ${dtype} [${shape.join(", ")}] has ${end - begin} bytes, not ${expected}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function parseMetadata(metadata: unknown, file: string): Record<string, string> {
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== "string")) {
    return invalidWeights(file, "__metadata__ does not map strings to strings");
  }
  return metadata as Record<string, string>;
}

/** The colons outside strings: one for each member of an object, at any depth. */
function countColons(json: string): number {
  let count = 0;
  let isString = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === '"') isString = !isString;
    else if (isString && character === "\\") i++;
    else if (!isString && character === ":") count++;
  }
  return count;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizeList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
