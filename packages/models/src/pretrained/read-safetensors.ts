import { DTYPES, elementCount, type NumericDType, type Tensor, tensor } from "@modelwright/engine";
import { invalidWeights } from "./invalid-weights.ts";
import { SAFETENSORS_DTYPES } from "./safetensors-dtypes.ts";

/** The tensors of a safetensors file, in the order of their data, and the strings written beside them. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's own bound on the header. */
const MAX_HEADER_BYTES = 100_000_000;
const LENGTH_BYTES = 8;
const ENTRY_KEYS = ["dtype", "shape", "data_offsets"] as const;

interface Entry {
  readonly name: string;
  readonly dtype: NumericDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads a safetensors file that may be damaged or hostile.
 *
 * Checked before any data is touched: the header's length and JSON, no key written twice, known dtypes, sizes that fit the shapes, and
 * data that is contiguous from the first byte to the last, without holes or overlap. Values are not looked at: NaN passes.
 * A tensor is a view on `bytes` where its address is a multiple of its element size, otherwise a copy.
 *
 * @param bytes The whole file.
 * @param file Its name, for messages.
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` naming the file, and the tensor where there is one.
 * @see https://github.com/huggingface/safetensors#format
 */
export function readSafetensors(bytes: Uint8Array, file: string): Safetensors {
  const { header, dataStart } = readHeader(bytes, file);
  const dataBytes = bytes.byteLength - dataStart;
  const { __metadata__: metadata = {}, ...rest } = header;
  const entries = Object.entries(rest).map(([name, entry]) => parseEntry(name, entry, file));
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
  return {
    tensors: new Map(entries.map((entry) => [entry.name, viewOf(bytes, dataStart, entry)])),
    metadata: parseMetadata(metadata, file),
  };
}

function readHeader(bytes: Uint8Array, file: string): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.byteLength < LENGTH_BYTES) invalidWeights(file, `${bytes.byteLength} bytes are too few for a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) {
    invalidWeights(file, `its header claims ${length} bytes; the format allows ${MAX_HEADER_BYTES}`);
  }
  const dataStart = LENGTH_BYTES + Number(length);
  if (dataStart > bytes.byteLength) {
    invalidWeights(file, `its header claims ${length} bytes, but the file has ${bytes.byteLength}`);
  }
  const text = decodeHeader(bytes.subarray(LENGTH_BYTES, dataStart), file);
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
  return { header, dataStart };
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

function parseEntry(name: string, entry: unknown, file: string): Entry {
  if (!isRecord(entry)) return invalidWeights(file, `tensor "${name}" is not described by an object`);
  const stranger = Object.keys(entry).find((key) => !ENTRY_KEYS.some((known) => known === key));
  if (stranger !== undefined) invalidWeights(file, `tensor "${name}" has an unknown field "${stranger}"`);
  const { dtype: dtypeName, shape, data_offsets: offsets } = entry;
  if (typeof dtypeName !== "string" || !Object.hasOwn(SAFETENSORS_DTYPES, dtypeName)) {
    const known = Object.keys(SAFETENSORS_DTYPES).join(", ");
    return invalidWeights(file, `tensor "${name}" has dtype ${JSON.stringify(dtypeName)}; we read ${known}`);
  }
  if (!isSizeList(shape)) return invalidWeights(file, `the shape of tensor "${name}" is not a list of sizes`);
  if (!isSizeList(offsets) || offsets.length !== 2) {
    return invalidWeights(file, `data_offsets of tensor "${name}" is not [begin, end]`);
  }
  const dtype = SAFETENSORS_DTYPES[dtypeName]!;
  const [begin, end] = offsets as [number, number];
  const expected = elementCount(shape) * DTYPES[dtype].bytes;
  if (!Number.isSafeInteger(expected) || end - begin !== expected) {
    invalidWeights(
      file,
      `tensor "${name}" of ${dtypeName} [${shape.join(", ")}] has ${end - begin} bytes, not ${expected}`,
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

function viewOf(bytes: Uint8Array, dataStart: number, { dtype, shape, begin, end }: Entry): Tensor {
  const { bytes: size, array } = DTYPES[dtype];
  const start = dataStart + begin;
  const isAligned = (bytes.byteOffset + start) % size === 0;
  const data = isAligned
    ? new array(bytes.buffer, bytes.byteOffset + start, (end - begin) / size)
    : new array(Uint8Array.from(bytes.subarray(start, dataStart + end)).buffer);
  return tensor(dtype, shape, data);
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
