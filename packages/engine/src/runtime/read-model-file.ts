import { closeSync, fstatSync, openSync, readFileSync, readSync, realpathSync } from "node:fs";
import { basename, dirname } from "node:path";
import { encodeMessage, fieldHeader } from "../onnx/schema.ts";
import { readField, WireError, type WireField } from "./protobuf-walker.ts";

/** A model's file, as `createSession` takes it. */
export interface ModelFile {
  readonly model: Uint8Array;
  /** Where the weights are that `model` names. Absent where it holds them itself. */
  readonly dataFolder?: string;
}

/** Data of fewer bytes stays in the model: ONNX Runtime looks at shapes and scalars when it rewrites the graph. */
const LEAST_MAPPED = 2 ** 16;
/** Bytes that are read at once. */
const WINDOW = 2 ** 16;
/** Most bytes of a field's tag and length. */
const FIELD_HEAD = 20;

/** Windows neither replaces nor deletes a file that is mapped. */
const MAPS_FILES = process.platform !== "win32";

/** Fields of onnx.proto on the way to an initializer's data. */
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR_RAW_DATA = 9;
const TENSOR_EXTERNAL_DATA = 13;
const TENSOR_DATA_LOCATION = 14;
const BYTES = 2;
/** TensorProto.DataLocation. */
const EXTERNAL = 1;

/**
 * Reads a model's file without its weights: in their place stands where in the same file they are, so that ONNX Runtime maps them instead of
 * holding the file, the parsed model and the weights at once. The file must stay as it is until the session is released: a new one may take
 * its place, and writing into it changes the model.
 *
 * @returns The bytes as they are, where no initializer is big, where they are no model, and on Windows.
 * @throws What the file system says of a file that cannot be read.
 */
export function readModelFile(file: string): ModelFile {
  const path = realpathSync(file);
  const handle = openSync(path, "r");
  try {
    const { size } = fstatSync(handle);
    if (!MAPS_FILES || size < LEAST_MAPPED) return { model: readFileSync(handle) };
    const model = new Outline(handle, basename(path)).model({ start: 0, end: size });
    return { model, dataFolder: dirname(path) };
  } catch (error) {
    if (error instanceof WireError) return { model: readFileSync(file) };
    throw error;
  } finally {
    closeSync(handle);
  }
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** A field with its tag and length. */
interface WholeField extends WireField {
  readonly at: number;
}

class Outline {
  readonly #handle: number;
  readonly #location: string;
  #window = { start: 0, bytes: new Uint8Array() };

  /** @param location What initializers call the file. */
  constructor(handle: number, location: string) {
    this.#handle = handle;
    this.#location = location;
  }

  model(range: Range): Uint8Array {
    return this.#message(range, MODEL_GRAPH, (field) => {
      const graph = this.#graph(field);
      return [fieldHeader("ModelProto", "graph", graph.length), graph];
    });
  }

  #graph(range: Range): Uint8Array {
    return this.#message(range, GRAPH_INITIALIZER, (field) => {
      const tensor = this.#tensor(field);
      return [fieldHeader("GraphProto", "initializer", tensor.length), tensor];
    });
  }

  /** A message whose fields of one number are written anew. */
  #message(range: Range, number: number, anew: (field: Range) => readonly Uint8Array[]): Uint8Array {
    return Buffer.concat(
      this.#fields(range).flatMap((field) =>
        field.number === number && field.wireType === BYTES ? anew(field) : [this.#whole(field)],
      ),
    );
  }

  #tensor(range: Range): Uint8Array {
    const fields = this.#fields(range);
    const data = fields.filter(({ number }) => number === TENSOR_RAW_DATA);
    const isElsewhere = fields.some(({ number }) => number === TENSOR_EXTERNAL_DATA || number === TENSOR_DATA_LOCATION);
    const [raw] = data;
    const isMapped =
      data.length === 1 && raw!.wireType === BYTES && raw!.end - raw!.start >= LEAST_MAPPED && !isElsewhere;
    if (!isMapped) return this.#bytes(range);
    const place = { location: this.#location, offset: raw!.start, length: raw!.end - raw!.start };
    const externalData = Object.entries(place).map(([key, value]) => ({ key, value: String(value) }));
    return Buffer.concat([
      ...fields.filter((field) => field !== raw).map((field) => this.#whole(field)),
      encodeMessage("TensorProto", { externalData, dataLocation: EXTERNAL }),
    ]);
  }

  #fields({ start, end }: Range): WholeField[] {
    const fields: WholeField[] = [];
    for (let at = start; at < end; at = fields.at(-1)!.end) {
      const head = this.#bytes({ start: at, end: Math.min(end, at + FIELD_HEAD) });
      const field = readField(head, { at: 0, end: head.length, limit: end - at });
      fields.push({ ...field, at, start: at + field.start, end: at + field.end });
    }
    return fields;
  }

  #whole({ at, end }: WholeField): Uint8Array {
    return this.#bytes({ start: at, end });
  }

  /** Bytes of the file; small ones are valid as long as the window that they lie in, which is never written again. */
  #bytes({ start, end }: Range): Uint8Array {
    if (end - start > WINDOW) return this.#read({ start, end });
    const { start: begin, bytes } = this.#window;
    if (start < begin || end > begin + bytes.length)
      this.#window = { start, bytes: this.#read({ start, end: start + WINDOW }) };
    const at = start - this.#window.start;
    if (at + end - start > this.#window.bytes.length) throw new WireError(`the end of the file before byte ${end}`);
    return this.#window.bytes.subarray(at, at + end - start);
  }

  /** Fewer bytes at the end of the file. */
  #read({ start, end }: Range): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(end - start);
    let count = 0;
    for (let got = -1; got !== 0 && count < bytes.length; count += got)
      got = readSync(this.#handle, bytes, count, bytes.length - count, start + count);
    return bytes.subarray(0, count);
  }
}
