import type { Emitter } from "../graph/emitter.ts";
import type { Graph, Node, Value } from "../graph/graph.ts";
import { RANDOM_OPERATORS } from "../passes/random-operators.ts";
import { DTYPES, type DType } from "../tensor/dtype.ts";

/** Dtypes of which ONNX Runtime's Where has a kernel; values of others are read as they are. */
const SELECTABLE: ReadonlySet<DType> = new Set(["uint8", "int32", "int64"]);

/**
 * What the backward pass computes again instead of keeping it (Chen et al. 2016, arXiv:1604.06174).
 *
 * A segment is all nodes whose names begin with one prefix. When the backward pass comes to it, its nodes are added once more, and
 * gradient rules read what the copies give; the values between its input and its output are then free as soon as they are used.
 *
 * The copies must be neither merged with the first nodes, by our passes or by ONNX Runtime's, nor run before the backward pass is there. So
 * they read the segment's inputs through a sum with a zero that only a run can tell: the index of the greatest of one element of the
 * gradient that has just been computed. The zero also waits for the gradients of the parameters behind: ONNX Runtime would leave them for
 * last, and all that they read would have to stay.
 */
export class RecomputedSegments {
  readonly #b: Emitter;
  readonly #graph: Graph;
  readonly #segmentOf = new Map<Node, string>();
  readonly #parameters: ReadonlySet<string>;
  readonly #isKept: (node: Node) => boolean;
  readonly #gradients: ReadonlyMap<string, Value>;
  readonly #copies = new Map<string, Map<string, Value>>();
  /** Parameters whose gradients have been waited for. */
  readonly #awaited = new Set<string>();

  /**
   * @param options.prefixes Beginnings of node names, `decoder.layer0.`; a node belongs to the first that fits.
   * @param options.gradients The gradients so far, which grow while this is in use.
   * @param options.isKept True for a node that cannot be computed again.
   */
  constructor(
    b: Emitter,
    graph: Graph,
    options: {
      readonly prefixes: readonly string[];
      readonly parameters: readonly string[];
      readonly gradients: ReadonlyMap<string, Value>;
      readonly isKept: (node: Node) => boolean;
    },
  ) {
    this.#b = b;
    this.#graph = graph;
    this.#parameters = new Set([...options.parameters, ...graph.initializers.keys()]);
    this.#gradients = options.gradients;
    this.#isKept = options.isKept;
    for (const node of graph.nodes) {
      const segment = options.prefixes.find((prefix) => node.name.startsWith(prefix));
      if (segment !== undefined) this.#segmentOf.set(node, segment);
    }
  }

  /** A value of the forward pass as the gradient rule of `node` is to read it. `dy` is the gradient by an output of that node. */
  value(name: string, node: Node, dy: Value): Value {
    const segment = this.#segmentOf.get(node);
    if (segment === undefined) return this.#b.value(name);
    let copies = this.#copies.get(segment);
    if (copies === undefined) {
      copies = this.#recompute(segment, dy);
      this.#copies.set(segment, copies);
    }
    return copies.get(name) ?? this.#b.value(name);
  }

  #recompute(segment: string, dy: Value): Map<string, Value> {
    const b = this.#b;
    const copied = this.#graph.nodes.filter((node) => this.#segmentOf.get(node) === segment && !this.#isFixed(node));
    const made = new Set(copied.flatMap((node) => node.outputs));
    const copies = new Map<string, Value>();
    b.scope("recompute", () => {
      const zero = zeroBehind(b, [dy, ...this.#newGradients()]);
      const read = (name: string): string => {
        if (name === "" || this.#parameters.has(name)) return name;
        if (!made.has(name) && !copies.has(name)) copies.set(name, readBehind(b, b.value(name), zero));
        return copies.get(name)!.name;
      };
      for (const node of copied) {
        const outputs = b.addNode({
          ...node,
          name: b.scoped(node.name),
          inputs: node.inputs.map(read),
          outputs: node.outputs.map((name) => (name === "" ? "" : b.scoped(name))),
        });
        for (const [i, name] of node.outputs.entries()) if (name !== "") copies.set(name, outputs[i]!);
      }
    });
    return copies;
  }

  #newGradients(): Value[] {
    return [...this.#parameters].flatMap((name) => {
      const gradient = this.#gradients.get(name);
      if (gradient === undefined || this.#awaited.has(name)) return [];
      this.#awaited.add(name);
      return [gradient];
    });
  }

  #isFixed(node: Node): boolean {
    const hasGraph = Object.values(node.attributes).some((attribute) => attribute.type === "graph");
    return hasGraph || RANDOM_OPERATORS.has(node.opType) || this.#isKept(node);
  }
}

/** An int64 0 that cannot be known before all of `values` are. */
function zeroBehind(b: Emitter, values: readonly Value[]): Value {
  const firsts = values.map((value) =>
    b.op("Slice", [b.op("Reshape", [value, b.ints([-1])]), b.ints([0]), b.ints([1])]),
  );
  return firsts
    .map((first) => b.op("ArgMax", [first], { axis: 0, keepdims: 0 }))
    .reduce((sum, zero) => b.op("Add", [sum, zero]));
}

/** The same value, read no sooner than `zero` is known. */
function readBehind(b: Emitter, value: Value, zero: Value): Value {
  const { dtype } = value;
  if (DTYPES[dtype].isFloat) return b.op("Add", [value, b.op("Cast", [zero], { to: DTYPES[dtype].onnx })]);
  if (!SELECTABLE.has(dtype)) return value;
  return b.op("Where", [b.op("Cast", [zero], { to: DTYPES.bool.onnx }), value, value]);
}
