import { GraphBuilder } from "../graph/builder.ts";
import type { Emitter } from "../graph/emitter.ts";
import type { Graph, Node, Value } from "../graph/graph.ts";
import { renameOutputs } from "../graph/rename-outputs.ts";
import { namesRead } from "./names-read.ts";
import { removeDeadNodes } from "./remove-dead-nodes.ts";

/**
 * Pools rows before they are projected instead of after: S·(Y + H·W + b) = S·Y + (S·H)·W + (S·1)·b. Where S is a single row, such as the
 * weights of a mean over a text's tokens, the product with W is then made once per text instead of once per token. Results differ by their
 * rounding.
 *
 * Only rows that nothing else reads are pooled earlier.
 */
export function poolBeforeProducts(graph: Graph): Graph {
  const rows = new ProjectedRows(graph);
  if (!graph.nodes.some((node) => isPooling(graph, node) && rows.areProjected(node.inputs[1]!))) return graph;
  const replace = (b: Emitter, node: Node): boolean => {
    if (!isPooling(graph, node) || !rows.areProjected(node.inputs[1]!)) return false;
    const [weights, pooled] = node.inputs.map((name) => b.value(name));
    renameOutputs(b, node, [b.scope(node.name, () => rows.pool(b, weights!, pooled!))]);
    return true;
  };
  return removeDeadNodes(GraphBuilder.from(graph, { replace, mustFit: () => false }).build());
}

/** A product S·X with one row per batch entry on the left: `[..., 1, T]` · `[..., T, H]`. */
function isPooling(graph: Graph, node: Node): boolean {
  if (!isOperator(node, "MatMul")) return false;
  const [weights, rows] = node.inputs.map((name) => graph.values.get(name)?.shape);
  return rows !== undefined && rows.length >= 3 && weights?.length === rows.length && weights.at(-2) === 1;
}

/** The sums of products that may be pooled earlier. */
class ProjectedRows {
  readonly #graph: Graph;
  readonly #producers: ReadonlyMap<string, Node>;
  readonly #readers = new Map<string, number>();

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
    for (const name of [...graph.nodes.flatMap(namesRead), ...graph.outputs.map((output) => output.name)])
      this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1);
  }

  /** Whether a value is a product with a matrix, or a sum that holds one. */
  areProjected(name: string): boolean {
    return this.#productOf(name) !== undefined || this.#termsOf(name) !== undefined;
  }

  /** S·X, pooling as early as it can. */
  pool(b: Emitter, weights: Value, rows: Value): Value {
    const product = this.#productOf(rows.name);
    if (product !== undefined) {
      const [x, matrix] = product.inputs.map((name) => b.value(name));
      return b.op("MatMul", [this.pool(b, weights, x!), matrix!]);
    }
    const terms = this.#termsOf(rows.name)?.map((name) => b.value(name));
    if (terms === undefined) return b.op("MatMul", [weights, rows]);
    const [left, right] = terms.map((term) =>
      term.shape.length === 1
        ? b.op("Mul", [b.op("ReduceSum", [weights, b.ints([-1])], { keepdims: 1 }), term])
        : this.pool(b, weights, term),
    );
    return b.op("Add", [left!, right!]);
  }

  #productOf(name: string): Node | undefined {
    const node = this.#onlyFor(name, "MatMul");
    const [x, matrix] = node?.inputs.map((input) => this.#rank(input)) ?? [];
    return x !== undefined && x === this.#rank(name) && matrix === 2 ? node : undefined;
  }

  /** Terms of a sum, each of its shape or a vector that is added to every row, of which one is projected. */
  #termsOf(name: string): readonly string[] | undefined {
    const terms = this.#onlyFor(name, "Add")?.inputs;
    const shape = this.#graph.values.get(name)?.shape;
    if (terms === undefined || !terms.some((term) => this.areProjected(term))) return undefined;
    const isWhole = (term: string) => this.#graph.values.get(term)?.shape.join() === shape?.join();
    const width = shape?.at(-1);
    const isVector = (term: string) => this.#rank(term) === 1 && this.#graph.values.get(term)?.shape[0] === width;
    return terms.every((term) => isWhole(term) || isVector(term)) ? terms : undefined;
  }

  /** The node of this type that makes a value which one node alone reads, once. */
  #onlyFor(name: string, opType: string): Node | undefined {
    const node = this.#producers.get(name);
    return node !== undefined && isOperator(node, opType) && this.#readers.get(name) === 1 ? node : undefined;
  }

  #rank(name: string): number | undefined {
    return this.#graph.values.get(name)?.shape.length;
  }
}

function isOperator(node: Node, opType: string): boolean {
  return node.opType === opType && node.domain === "";
}
