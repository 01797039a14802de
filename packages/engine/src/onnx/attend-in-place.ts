import { MICROSOFT_DOMAIN } from "../graph/graph.ts";
import { ATTRIBUTE_TYPES, decodeMessage, encodeMessage, type Int64, type Message } from "./schema.ts";

type Node = Message<"NodeProto">;

/** The name of the size of a past that is a buffer: keys and values of new positions are written behind those that it holds. */
export const ROOM = "room";

const PAST = /^past_key_values\./;
/** What ONNX Runtime asks of a head's width. */
const WIDTH_MULTIPLE = 8;
const [INT32, INT64] = [6, 7];

const MERGED = "attend_in_place.merged";
const ONE = "attend_in_place.one";
const CONSTANTS: readonly Message<"TensorProto">[] = [
  { name: MERGED, dims: [3], dataType: INT64, rawData: new Uint8Array(BigInt64Array.of(0n, 0n, -1n).buffer) },
  { name: ONE, dims: [1], dataType: INT32, rawData: new Uint8Array(Int32Array.of(1).buffer) },
];

interface Rows {
  readonly name: string;
  /** Nodes that make them. */
  readonly made: readonly Node[];
  /** Nodes that nothing reads any more. */
  readonly unused: readonly Node[];
}

/** The attention of one layer. */
interface Attention {
  /** Values `[batch, heads, sequence, width]`. */
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly past: readonly [key: string, value: string];
  readonly present: readonly [key: string, value: string];
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly scale: number;
  /** What is added to scores: `[batch, 1, sequence, past + sequence]`. */
  readonly mask: string;
  /** `[batch, sequence, heads · width]`. */
  readonly result: string;
  readonly nodes: readonly Node[];
}

/**
 * Makes one operator of each attention of a decoder that caches keys and values, as `buildDecoder` writes them. ONNX Runtime's
 * `GroupQueryAttention` takes buffers that are longer than what they hold, the third size of their inputs is named `ROOM`; where an output
 * `present.…` is written over its input, new keys and values are put in place and the others are not copied. How many positions are
 * held tells the length of the mask. It sees no later positions, whatever the mask says.
 *
 * @param model Bytes of a model that `guardModel` has passed; initializers may be external.
 * @returns The same bytes where not every `past_key_values.…` is read by such an attention, or a head's width is no multiple of 8.
 * @see https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.GroupQueryAttention
 */
export function attendInPlace(model: Uint8Array): Uint8Array {
  const decoded = decodeMessage("ModelProto", model);
  const { graph } = decoded;
  const pasts = (graph?.input ?? []).filter(({ name }) => PAST.test(name ?? ""));
  if (graph === undefined || pasts.length === 0) return model;
  const finder = new AttentionFinder(graph);
  const found = (graph.node ?? []).flatMap((node) => finder.at(node) ?? []);
  const isWhole = found.length * 2 === pasts.length && new Set(found.flatMap(({ past }) => past)).size === pasts.length;
  if (!isWhole) return model;
  return encodeMessage("ModelProto", { ...decoded, graph: withAttentions(graph, { found, finder }) });
}

/** Finds attentions by the product of queries with cached keys. */
class AttentionFinder {
  readonly #makers: ReadonlyMap<string, Node>;
  readonly #readers = new Map<string, Node[]>();
  readonly #graph: Message<"GraphProto">;

  constructor(graph: Message<"GraphProto">) {
    const nodes = graph.node ?? [];
    this.#graph = graph;
    this.#makers = new Map(nodes.flatMap((node) => (node.output ?? []).map((name): [string, Node] => [name, node])));
    for (const node of nodes)
      for (const name of node.input ?? []) this.#readers.set(name, [...(this.#readers.get(name) ?? []), node]);
  }

  at(scores: Node): Attention | undefined {
    if (scores.opType !== "FusedMatMul" || floatOf(scores, "alpha") === undefined) return undefined;
    const key = this.#appended(scores.input![1]!);
    if (key === undefined) return undefined;
    const split = this.#reader(scores, "Reshape");
    const masked = this.#reader(split ?? scores, "Add");
    const attention = masked && this.#reader(masked, "Softmax");
    const joined = attention && split && this.#reader(attention, "Reshape");
    const sums = attention && this.#reader(joined ?? attention, "MatMul");
    const value = sums && this.#appended(sums.input![1]!);
    const parted = sums && split && this.#reader(sums, "Reshape");
    const turned = sums && this.#reader(parted ?? sums, "Transpose");
    const merged = turned && this.#reader(turned, "Reshape");
    const grouped = split && this.#makers.get(scores.input![0]!);
    if (merged === undefined || value === undefined || (split === undefined) !== (grouped === undefined))
      return undefined;
    const [, keyValueHeads, , width] = this.#sizes(key.past);
    const heads = split === undefined ? keyValueHeads : this.#integers(split.input![1]!)?.[1];
    if (keyValueHeads === undefined || heads === undefined || !width || width % WIDTH_MULTIPLE !== 0) return undefined;
    const nodes = [
      scores,
      key.node,
      value.node,
      masked,
      attention,
      sums,
      turned,
      merged,
      split,
      joined,
      parted,
      grouped,
    ];
    return {
      query: (grouped ?? scores).input![0]!,
      key: key.added,
      value: value.added,
      past: [key.past, value.past],
      present: [key.node.output![0]!, value.node.output![0]!],
      heads,
      keyValueHeads,
      scale: floatOf(scores, "alpha")!,
      mask: masked!.input![1]!,
      result: merged.output![0]!,
      nodes: nodes.filter((node) => node !== undefined),
    };
  }

  /** The same numbers as `[batch, sequence, heads · width]`: what was turned to heads, or that turned back. */
  rows(heads: string): Rows {
    const turn = this.#makers.get(heads);
    const cut = turn?.opType === "Transpose" ? this.#makers.get(turn.input![0]!) : undefined;
    if (cut?.opType === "Reshape" && this.#readers.get(heads)!.length === 1)
      return { name: cut.input![0]!, made: [], unused: [turn!, cut] };
    const [turned, name] = [`${heads}.turned`, `${heads}.rows`];
    const made = [
      nodeOf("Transpose", [heads], turned, [{ name: "perm", ints: [0, 2, 1, 3], type: ATTRIBUTE_TYPES.ints }]),
      nodeOf("Reshape", [turned, MERGED], name),
    ];
    return { name, made, unused: [] };
  }

  /** What the operator takes of queries, keys and values: them, or what they are parts of side by side. */
  operands(heads: readonly string[]): {
    readonly names: readonly string[];
    readonly nodes: Pick<Rows, "made" | "unused">;
  } {
    const rows = heads.map((name) => this.rows(name));
    const names = rows.map(({ name }) => name);
    const [made, unused] = [rows.flatMap((each) => each.made), rows.flatMap((each) => each.unused)];
    const split = this.#makers.get(names[0]!);
    const isWhole = split?.opType === "Split" && split.output!.join() === names.join();
    if (!isWhole || names.some((name) => this.#readers.get(name)!.length > 1))
      return { names, nodes: { made, unused } };
    return { names: [split.input![0]!, "", ""], nodes: { made, unused: [...unused, split] } };
  }

  /** The only node that reads what another makes. */
  #reader(maker: Node, opType: string): Node | undefined {
    const readers = this.#readers.get(maker.output![0]!) ?? [];
    return readers.length === 1 && readers[0]!.opType === opType ? readers[0] : undefined;
  }

  /** A past with new positions behind it. */
  #appended(name: string): { readonly node: Node; readonly past: string; readonly added: string } | undefined {
    const node = this.#makers.get(name);
    const [past, added] = node?.input ?? [];
    const isAppended = node?.opType === "Concat" && node.input!.length === 2 && PAST.test(past!);
    return isAppended && this.#readers.get(past!)!.length === 1 ? { node, past: past!, added: added! } : undefined;
  }

  #sizes(input: string): readonly (number | undefined)[] {
    const { type } = this.#graph.input!.find(({ name }) => name === input) ?? {};
    return (type?.tensorType?.shape?.dim ?? []).map(({ dimValue }) => numberOf(dimValue));
  }

  #integers(initializer: string): readonly number[] | undefined {
    const { rawData, dataType } = this.#graph.initializer?.find(({ name }) => name === initializer) ?? {};
    if (rawData === undefined || dataType !== INT64) return undefined;
    return Array.from(new BigInt64Array(Uint8Array.from(rawData).buffer), Number);
  }
}

function numberOf(value: number | Int64 | undefined): number | undefined {
  return typeof value === "object" ? value.toNumber() : value;
}

function floatOf({ attribute = [] }: Node, name: string): number | undefined {
  return attribute.find((each) => each.name === name)?.f;
}

function nodeOf(opType: string, input: readonly string[], output: string, attribute: Node["attribute"] = []): Node {
  return { name: output, opType, input, output: [output], attribute };
}

function intAttribute(name: string, i: number): Message<"AttributeProto"> {
  return { name, i, type: ATTRIBUTE_TYPES.int };
}

function withAttentions(
  graph: Message<"GraphProto">,
  { found, finder }: { readonly found: readonly Attention[]; readonly finder: AttentionFinder },
): Message<"GraphProto"> {
  const unused = new Set(found.flatMap(({ nodes }) => nodes));
  const masks = new Map<string, Lengths>();
  const made = new Map<string, readonly Node[]>();
  for (const attention of found) {
    const { names, nodes } = finder.operands([attention.query, attention.key, attention.value]);
    for (const node of nodes.unused) unused.add(node);
    const known = masks.get(attention.mask);
    const lengths = known ?? lengthsOf(attention.mask, names[0]!);
    masks.set(attention.mask, lengths);
    const before = [...nodes.made, ...(known === undefined ? lengths.made : [])];
    made.set(attention.result, [...before, groupQueryAttention(attention, { rows: names, lengths })]);
  }
  return {
    ...graph,
    input: graph.input!.map((input) => (PAST.test(input.name ?? "") ? withRoom(input) : input)),
    initializer: [...(graph.initializer ?? []), ...CONSTANTS],
    node: graph.node!.flatMap((node) => made.get(node.output![0]!) ?? (unused.has(node) ? [] : [node])),
  };
}

/** How many positions there are, the new ones included. */
interface Lengths {
  /** int32 `[1]`. */
  readonly total: string;
  /** int32 `[batch]`: the last position of each row. */
  readonly last: string;
  readonly made: readonly Node[];
}

function lengthsOf(mask: string, rows: string): Lengths {
  const at = (part: string) => `${mask}.${part}`;
  const [total, last] = [at("total"), at("last")];
  const made = [
    nodeOf("Shape", [mask], at("positions"), [intAttribute("start", 3)]),
    nodeOf("Cast", [at("positions")], total, [intAttribute("to", INT32)]),
    nodeOf("Sub", [total, ONE], at("end")),
    nodeOf("Shape", [rows], at("batch"), [intAttribute("end", 1)]),
    nodeOf("Expand", [at("end"), at("batch")], last),
  ];
  return { total, last, made };
}

function groupQueryAttention(
  { past, present, heads, keyValueHeads, scale, mask, result }: Attention,
  { rows, lengths }: { readonly rows: readonly string[]; readonly lengths: Lengths },
): Node {
  return {
    name: result,
    opType: "GroupQueryAttention",
    domain: MICROSOFT_DOMAIN,
    // Between the lengths and the mask it could turn queries and keys by their position.
    input: [...rows, ...past, lengths.last, lengths.total, "", "", "", mask],
    output: [result, ...present],
    attribute: [
      intAttribute("num_heads", heads),
      intAttribute("kv_num_heads", keyValueHeads),
      { name: "scale", f: scale, type: ATTRIBUTE_TYPES.float },
    ],
  };
}

function withRoom(input: Message<"ValueInfoProto">): Message<"ValueInfoProto"> {
  const tensorType = input.type!.tensorType!;
  const dim = tensorType.shape!.dim!.map((size, axis) => (axis === 2 ? { dimParam: ROOM } : size));
  return { ...input, type: { tensorType: { ...tensorType, shape: { dim } } } };
}
