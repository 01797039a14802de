import { ModelwrightError } from "@modelwright/contracts";
import { RefusedModel } from "../onnx/decode-failure.ts";
import { type FoundData, type ModelFolder, parseExternalData } from "../onnx/external-data.ts";
import { refuseFatalNode } from "../onnx/fatal-nodes.ts";
import { WireError, type WireField, walkFields, walkVarints } from "./protobuf-walker.ts";

/** What a model from outside may be. */
export interface ModelLimits {
  /** Size of the file. Default 2^31 − 1, the most that protobuf holds. */
  readonly sizeBytes: number;
  /** Nodes, those of subgraphs included. Default 200,000. */
  readonly nodes: number;
  /** Memory of all initializers and tensor attributes together. Default 4 GiB. */
  readonly initializerBytes: number;
  /** Graphs inside nodes inside graphs. Default 16. */
  readonly subgraphDepth: number;
  /** Protobuf fields that are looked at; bounds the time. Default 10,000,000. */
  readonly fields: number;
}

/** What was seen in a model that passed. */
export interface ModelSummary {
  readonly irVersion: number;
  /** Opset version by domain; `""` is ai.onnx. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly nodes: number;
  readonly initializerBytes: number;
  /** Whether initializers have their data in other files. */
  readonly isExternal: boolean;
}

const DEFAULT_LIMITS: ModelLimits = {
  sizeBytes: 2 ** 31 - 1,
  nodes: 200_000,
  initializerBytes: 4 * 2 ** 30,
  subgraphDepth: 16,
  fields: 10_000_000,
};

const MAX_IR_VERSION = 13;
const MAX_OPSET = 25;
const MAX_RANK = 64;
const LONGEST_PATH = 4096;
const DOMAINS: ReadonlySet<string> = new Set(["", "ai.onnx", "ai.onnx.ml", "com.microsoft"]);
const STRING = 8;

/** Bits of one element by TensorProto.DataType; a text counts as its pointer and length. */
const ELEMENT_BITS: Readonly<Record<number, number>> = {
  1: 32,
  2: 8,
  3: 8,
  4: 16,
  5: 16,
  6: 32,
  7: 64,
  [STRING]: 128,
  9: 8,
  10: 16,
  11: 64,
  12: 32,
  13: 64,
  14: 64,
  15: 128,
  16: 16,
  17: 8,
  18: 8,
  19: 8,
  20: 8,
  21: 4,
  22: 4,
  23: 4,
  24: 8,
  25: 2,
  26: 2,
};

/** How a field that we read must be written. */
interface FieldReader {
  readonly wireTypes: readonly number[];
  readonly isRepeated: boolean;
  readonly read: (field: WireField) => void;
}
type Readers = Readonly<Record<number, FieldReader>>;

const one = (wireType: number, read: FieldReader["read"]): FieldReader => ({
  wireTypes: [wireType],
  isRepeated: false,
  read,
});
const many = (wireTypes: readonly number[], read: FieldReader["read"]): FieldReader => ({
  wireTypes,
  isRepeated: true,
  read,
});
const VARINT = 0;
const BYTES = 2;

/**
 * Checks the bytes of a model from outside before ONNX Runtime sees them.
 *
 * ONNX Runtime trusts a model: it opens the files that `external_data` names, and allocates what a shape says. This
 * reads the protobuf itself, in time and stack that the limits bound, and refuses a model that
 * – keeps data outside the file, unless `folder` is given: then initializers may have theirs in files inside it, links resolved, in
 *   bytes that are there, in as many as their shape says, and no two share a part of theirs;
 * – uses operators of domains other than ai.onnx, ai.onnx.ml and com.microsoft, or brings functions of its own, which
 *   can call each other to any size;
 * – is newer than IR version 13 or opset 25;
 * – has tensors whose shape does not agree with their data, or is beyond a limit;
 * – has a node at which ONNX Runtime ends the process.
 * It does not foresee what operators allocate when they run (ConstantOfShape, Tile): give the process a memory limit.
 *
 * Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 *
 * @param options.file What to call the model in errors.
 * @param options.folder The model's folder, see `modelFolder`. Default: none.
 * @throws {ModelwrightError} `ENGINE_MODEL_MALFORMED` if the bytes are no model, `ENGINE_MODEL_REFUSED` if it is unsafe,
 * `ENGINE_NODE_FATAL` if ONNX Runtime would not survive it.
 */
export function guardModel(
  bytes: Uint8Array,
  options: {
    readonly file: string;
    readonly folder?: ModelFolder | undefined;
    readonly limits?: Partial<ModelLimits>;
  },
): ModelSummary {
  return new ModelGuard(bytes, { ...options, limits: { ...DEFAULT_LIMITS, ...options.limits } }).check();
}

class ModelGuard {
  readonly #bytes: Uint8Array;
  readonly #file: string;
  readonly #folder: ModelFolder | undefined;
  readonly #limits: ModelLimits;
  readonly #external: { readonly what: string; readonly found: FoundData }[] = [];
  #fields = 0;
  #nodes = 0;
  #initializerBytes = 0;

  constructor(
    bytes: Uint8Array,
    options: { readonly file: string; readonly folder?: ModelFolder | undefined; readonly limits: ModelLimits },
  ) {
    this.#bytes = bytes;
    this.#file = options.file;
    this.#folder = options.folder;
    this.#limits = options.limits;
  }

  check(): ModelSummary {
    const { length } = this.#bytes;
    if (length === 0) throw this.#malformed("the file is empty");
    this.#limit("sizeBytes", length);
    try {
      return this.#model({ start: 0, end: length });
    } catch (error) {
      if (error instanceof WireError) throw this.#malformed(error.message, error);
      if (error instanceof RefusedModel) throw this.#refused(error.rule, error.got);
      throw error;
    }
  }

  #model(range: Range): ModelSummary {
    let irVersion: number | undefined;
    let hasGraph = false;
    const opsets: Record<string, number> = {};
    this.#message("ModelProto", range, {
      1: one(VARINT, ({ value }) => {
        irVersion = value;
        if (value < 1) throw this.#malformed(`IR version ${value}`);
        if (value > MAX_IR_VERSION) throw this.#refused(`the IR version is at most ${MAX_IR_VERSION}`, String(value));
      }),
      7: one(BYTES, (field) => {
        hasGraph = true;
        this.#graph(field, 0);
      }),
      8: many([BYTES], (field) => {
        const { domain, version } = this.#operatorSet(field);
        opsets[domain] = version;
      }),
      20: many([BYTES], () => {
        throw this.#refused("a model holds no training information", "training_info");
      }),
      25: many([BYTES], () => {
        throw this.#refused("a model has no functions of its own; inline them", "functions");
      }),
    });
    if (irVersion === undefined) throw this.#malformed("it has no IR version");
    if (!hasGraph) throw this.#malformed("it has no graph");
    if (Object.keys(opsets).length === 0) throw this.#malformed("it names no operator set");
    this.#refuseOverlaps();
    const isExternal = this.#external.length > 0;
    return { irVersion, opsets, nodes: this.#nodes, initializerBytes: this.#initializerBytes, isExternal };
  }

  #operatorSet(range: Range): { domain: string; version: number } {
    let domain = "";
    let version = 0;
    this.#message("OperatorSetIdProto", range, {
      1: one(BYTES, (field) => {
        domain = this.#domain(field, "an operator set");
      }),
      2: one(VARINT, ({ value }) => {
        version = value;
      }),
    });
    if (domain === "ai.onnx") domain = "";
    if (domain === "" && version > MAX_OPSET) throw this.#refused(`the opset is at most ${MAX_OPSET}`, String(version));
    return { domain, version };
  }

  #graph(range: Range, depth: number): void {
    this.#limit("subgraphDepth", depth);
    this.#message("GraphProto", range, {
      1: many([BYTES], (field) => this.#node(field, depth)),
      5: many([BYTES], (field) => this.#tensor(field, this.#folder)),
      15: many([BYTES], (field) => this.#sparseTensor(field)),
    });
  }

  #node(range: Range, depth: number): void {
    this.#limit("nodes", ++this.#nodes);
    const given: boolean[] = [];
    const ints: Record<string, number> = {};
    let outputs = 0;
    let [name, opType, domain] = ["", "", ""];
    this.#message("NodeProto", range, {
      1: many([BYTES], ({ start, end }) => {
        given.push(end > start);
      }),
      2: many([BYTES], () => outputs++),
      3: one(BYTES, (field) => {
        name = this.#text(field);
      }),
      4: one(BYTES, (field) => {
        opType = this.#text(field);
      }),
      5: many([BYTES], (field) => {
        const { name, int } = this.#attribute(field, depth);
        if (int !== undefined) ints[name] = int;
      }),
      7: one(BYTES, (field) => {
        domain = this.#domain(field, "a node");
      }),
    });
    refuseFatalNode(this.#file, { name, opType, domain, given, outputs, ints });
  }

  #attribute(range: Range, depth: number): { readonly name: string; readonly int: number | undefined } {
    let name = "";
    let int: number | undefined;
    this.#message("AttributeProto", range, {
      1: one(BYTES, (field) => {
        name = this.#text(field);
      }),
      3: one(VARINT, ({ value }) => {
        int = value;
      }),
      5: one(BYTES, (field) => this.#tensor(field)),
      6: one(BYTES, (field) => this.#graph(field, depth + 1)),
      10: many([BYTES], (field) => this.#tensor(field)),
      11: many([BYTES], (field) => this.#graph(field, depth + 1)),
      22: one(BYTES, (field) => this.#sparseTensor(field)),
      23: many([BYTES], (field) => this.#sparseTensor(field)),
    });
    return { name, int };
  }

  /** @param folder Where its data may stand if not in the file. Default: nowhere. */
  #tensor(range: Range, folder?: ModelFolder): void {
    const dims: number[] = [];
    let type = 0;
    let name = "";
    let rawBytes: number | undefined;
    let entries = 0;
    let isExternal = false;
    const place: [key: string, value: string][] = [];
    const data = (entryBytes: number) =>
      many([BYTES, entryBytes === 8 ? 1 : 5], ({ start, end }) => {
        entries += (end - start) / entryBytes;
      });
    const varints = many([BYTES, VARINT], ({ wireType, start, end }) => {
      entries += wireType === VARINT ? 1 : countVarints(this.#bytes, start, end);
    });
    this.#message("TensorProto", range, {
      1: this.#sizes(dims),
      2: one(VARINT, ({ value }) => {
        type = value;
      }),
      4: data(4),
      5: varints,
      6: many([BYTES], () => entries++),
      7: varints,
      8: one(BYTES, (field) => {
        name = this.#text(field);
      }),
      9: one(BYTES, ({ start, end }) => {
        rawBytes = end - start;
      }),
      10: data(8),
      11: varints,
      13: many([BYTES], (field) => {
        isExternal = true;
        place.push(this.#entry(field));
      }),
      14: one(VARINT, ({ value }) => {
        isExternal ||= value !== 0;
      }),
    });
    const what = `tensor "${name}"`;
    if (isExternal && folder === undefined)
      throw this.#refused("all data is in the file itself", `external_data of ${what}`);
    const bits = ELEMENT_BITS[type];
    if (bits === undefined) throw this.#malformed(`${what} has element type ${type}`);
    const count = this.#elements(dims, what, bits);
    if (isExternal && folder !== undefined) {
      if (type === STRING || rawBytes !== undefined || entries > 0)
        throw this.#refused("external data is of numbers, and the only data", `external_data of ${what}`);
      const found = folder.find(parseExternalData(place, what), what);
      if (found.end - found.start !== Math.ceil((count * bits) / 8))
        throw this.#refused(
          "external data has the size that the shape says",
          `${found.end - found.start} bytes for [${dims.join(", ")}] in external_data of ${what}`,
        );
      this.#external.push({ what, found });
      return;
    }
    const agrees =
      rawBytes !== undefined && type !== STRING
        ? rawBytes === Math.ceil((count * bits) / 8)
        : // Types below a byte are packed into the entries.
          count <= entries * Math.max(1, Math.floor(8 / bits));
    if (!agrees) throw this.#malformed(`${what} of shape [${dims.join(", ")}] does not have the data for it`);
  }

  /** Key and value of an entry of `external_data`, which are short. */
  #entry(range: Range): [key: string, value: string] {
    const entry: [string, string] = ["", ""];
    const text = (at: 0 | 1) =>
      one(BYTES, ({ start, end }) => {
        if (end - start > LONGEST_PATH) throw this.#refused(`a path has at most ${LONGEST_PATH} bytes`, "more");
        entry[at] = new TextDecoder().decode(this.#bytes.subarray(start, end));
      });
    this.#message("StringStringEntryProto", range, { 1: text(0), 2: text(1) });
    return entry;
  }

  /** Two tensors have the same bytes of a file, or none in common. */
  #refuseOverlaps(): void {
    const order = this.#external.toSorted(
      ({ found: a }, { found: b }) =>
        Number(a.path > b.path) - Number(a.path < b.path) || a.start - b.start || b.end - a.end,
    );
    let before = order[0];
    for (const one of order) {
      const [a, b] = [before!.found, one.found];
      const isApart = a.path !== b.path || b.start >= a.end || b.start === b.end;
      if (!isApart && (a.start !== b.start || a.end !== b.end))
        throw this.#refused("tensors share no part of their data", `external_data of ${one.what}`);
      if (isApart && b.start !== b.end) before = one;
    }
  }

  /** Small in the file, but its full size in memory. */
  #sparseTensor(range: Range): void {
    const dims: number[] = [];
    this.#message("SparseTensorProto", range, {
      1: one(BYTES, (field) => this.#tensor(field)),
      2: one(BYTES, (field) => this.#tensor(field)),
      3: this.#sizes(dims),
    });
    this.#elements(dims, "a sparse tensor", 64);
  }

  /** The number of elements of a shape; adds their memory to the sum. */
  #elements(dims: readonly number[], what: string, bits: number): number {
    const negative = dims.find((size) => size < 0);
    if (negative !== undefined) throw this.#malformed(`${what} has size ${negative}`);
    if (dims.includes(0)) return 0;
    // Above 2^53 the product is not exact, but then it is far over the limit.
    const count = dims.reduce((product, size) => product * size, 1);
    this.#initializerBytes += Math.ceil((count * bits) / 8);
    this.#limit("initializerBytes", this.#initializerBytes);
    return count;
  }

  #sizes(dims: number[]): FieldReader {
    const add = (size: number) => {
      if (dims.length === MAX_RANK) throw this.#refused(`a tensor has at most ${MAX_RANK} dimensions`, "more");
      dims.push(size);
    };
    return many([VARINT, BYTES], ({ wireType, value, start, end }) => {
      if (wireType === VARINT) add(value);
      else walkVarints(this.#bytes, start, end, add);
    });
  }

  #domain(range: Range, where: string): string {
    const domain = this.#text(range);
    if (DOMAINS.has(domain)) return domain;
    throw this.#refused("the operator domains are ai.onnx, ai.onnx.ml and com.microsoft", `"${domain}" in ${where}`);
  }

  /** For messages: long ones are cut. */
  #text({ start, end }: Range): string {
    const text = new TextDecoder().decode(this.#bytes.subarray(start, Math.min(end, start + 100)));
    return end - start > 100 ? `${text}…` : text;
  }

  /** Reads the fields that we know and steps over the rest. Parsers differ on what is written twice, so nothing may be. */
  #message(name: string, { start, end }: Range, readers: Readers): void {
    const seen = new Set<number>();
    walkFields(this.#bytes, start, end, (field) => {
      this.#limit("fields", ++this.#fields);
      const reader = Object.hasOwn(readers, field.number) ? readers[field.number] : undefined;
      if (reader === undefined) return;
      if (!reader.wireTypes.includes(field.wireType)) {
        throw this.#malformed(`field ${field.number} of ${name} has wire type ${field.wireType}`);
      }
      if (!reader.isRepeated && seen.has(field.number))
        throw this.#malformed(`field ${field.number} of ${name} stands twice`);
      seen.add(field.number);
      reader.read(field);
    });
  }

  #limit(name: keyof ModelLimits, value: number): void {
    if (value > this.#limits[name]) {
      throw this.#refused(`${name} is at most ${this.#limits[name]}`, Number.isFinite(value) ? String(value) : "more");
    }
  }

  #refused(rule: string, got: string): ModelwrightError {
    return new ModelwrightError("ENGINE_MODEL_REFUSED", { file: this.#file, rule, got });
  }

  #malformed(problem: string, cause?: unknown): ModelwrightError {
    return new ModelwrightError("ENGINE_MODEL_MALFORMED", { file: this.#file, problem }, { cause });
  }
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Each varint ends with the one byte of it that is below 128. */
function countVarints(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (bytes[at]! < 128) count++;
  return count;
}
