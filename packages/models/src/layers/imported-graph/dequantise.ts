import type { AnyTensor, Graph, Node, Tensor } from "@modelwright/engine";
import { dequantisedTensor } from "./dequantised-tensor.ts";
import { type Draft, intOf, isStandard, producersOf, rewired } from "./draft.ts";
import { QUANTISED_PRODUCTS, type QuantisedProduct } from "./quantised-products.ts";

/**
 * Makes float32 weights of quantised ones, and plain operators of those that compute with integers: the forms that ONNX Runtime's
 * quantize_dynamic and quantize_static, and with them Optimum and transformers.js, write. What else is quantised stays as it is.
 *
 * Activations are no longer rounded, so that the layer computes what the file approximates.
 */
export function dequantise(draft: Draft): Draft {
  const state = new Dequantising(draft);
  for (const node of draft.graph.nodes) state.take(node);
  return state.finish();
}

class Dequantising {
  readonly #draft: Draft;
  readonly #graph: Graph;
  readonly #producers: ReadonlyMap<string, Node>;
  readonly #initializers: Map<string, AnyTensor>;
  readonly #weights: Set<string>;
  readonly #nodes: Node[] = [];
  readonly #instead = new Map<string, string>();
  readonly #widened = new Set<string>();
  #rounded = 0;

  constructor(draft: Draft) {
    this.#draft = draft;
    this.#graph = draft.graph;
    this.#producers = producersOf(draft.graph);
    this.#initializers = new Map(draft.graph.initializers);
    this.#weights = new Set(draft.weights);
  }

  take(node: Node): void {
    const rewritten = isStandard(node, "DequantizeLinear") ? this.#dequantised(node) : this.#product(node);
    if (rewritten === undefined) this.#nodes.push(node);
    else this.#nodes.push(...rewritten);
  }

  finish(): Draft {
    const { notes } = this.#draft;
    if (this.#widened.size === 0 && this.#rounded === 0) return this.#draft;
    const said = [`${this.#widened.size} quantised weights are trained as float32`];
    if (this.#rounded > 0) said.push("what flows between layers is no longer rounded to integers");
    const nodes = rewired(this.#nodes, this.#instead);
    const graph = { ...this.#graph, initializers: this.#initializers, nodes };
    return { graph, weights: this.#weights, notes: [...notes, ...said] };
  }

  /** What stands in the place of a DequantizeLinear: nothing, where what it gives is known or was only rounded. */
  #dequantised(node: Node): readonly Node[] | undefined {
    const [given = "", scale, zeroPoint] = node.inputs;
    const [written = ""] = node.outputs;
    const constants = { scale, zeroPoint, axis: intOf(node, "axis", 1) };
    const known = this.#weight(given, constants);
    if (known !== undefined) return this.#replaced(written, known);
    const producer = this.#producers.get(given);
    if (isStandard(producer, "QuantizeLinear")) {
      this.#rounded++;
      return this.#replaced(written, producer.inputs[0]!);
    }
    // A table of which rows are taken before they are dequantised.
    if (!isStandard(producer, "Gather")) return undefined;
    const table = this.#weight(producer.inputs[0]!, constants, { isOneScale: true });
    if (table === undefined) return undefined;
    return [{ ...producer, inputs: [table, producer.inputs[1]!], outputs: [written] }];
  }

  /** Makes readers of a value read another; an output of the graph keeps its name. */
  #replaced(written: string, other: string): readonly Node[] {
    if (this.#graph.outputs.some(({ name }) => name === written)) {
      return [{ name: written, opType: "Identity", domain: "", inputs: [other], outputs: [written], attributes: {} }];
    }
    this.#instead.set(written, other);
    return [];
  }

  #product(node: Node): readonly Node[] | undefined {
    const read = Object.hasOwn(QUANTISED_PRODUCTS, node.opType) ? QUANTISED_PRODUCTS[node.opType] : undefined;
    const found = read?.(node, {
      producer: (name) => this.#producers.get(name),
      initializer: (name) => this.#graph.initializers.get(name),
    });
    if (found === undefined) return undefined;
    const weight = found.tensor === undefined ? this.#weightOf(found) : this.#keep(found.integers, found.tensor);
    if (weight === undefined) return undefined;
    this.#rounded++;
    return this.#plain(node, found, weight);
  }

  #plain(node: Node, { x, bias }: QuantisedProduct, weight: string): readonly Node[] {
    const [written = ""] = node.outputs;
    const product = `${written}.product`;
    const name = bias === undefined ? written : product;
    const common = { domain: "", attributes: {} };
    const multiply = { ...common, name: node.name, opType: "MatMul", inputs: [x, weight], outputs: [name] };
    if (bias === undefined) return [multiply];
    return [
      multiply,
      { ...common, name: `${node.name}.bias`, opType: "Add", inputs: [product, bias], outputs: [written] },
    ];
  }

  #weightOf({ integers, scale, zeroPoint }: QuantisedProduct): string | undefined {
    return this.#weight(integers, { scale, zeroPoint, axis: -1 });
  }

  /** The name of the float32 weight for which an initializer stands. */
  #weight(
    integers: string,
    names: { readonly scale: string | undefined; readonly zeroPoint: string | undefined; readonly axis: number },
    { isOneScale = false } = {},
  ): string | undefined {
    const { initializers } = this.#graph;
    const quantised = initializers.get(integers);
    const scale = initializers.get(names.scale ?? "");
    const zeroPoint = initializers.get(names.zeroPoint ?? "");
    if (quantised === undefined || scale === undefined) return undefined;
    if ((names.zeroPoint ?? "") !== "" && zeroPoint === undefined) return undefined;
    if (isOneScale && scale.data.length !== 1) return undefined;
    const tensor = dequantisedTensor(quantised, { scale, zeroPoint, axis: names.axis });
    return tensor === undefined ? undefined : this.#keep(integers, tensor);
  }

  #keep(integers: string, tensor: Tensor<"float32">): string {
    const plain = integers.replace(/_(quantized|Q4|Q4G\d*|Q\d+)$/i, "");
    const isTaken = plain === integers || (this.#graph.initializers.has(plain) && !this.#widened.has(plain));
    const name = isTaken ? `${integers}.float32` : plain;
    this.#initializers.set(name, tensor);
    this.#weights.add(name);
    this.#widened.add(name);
    return name;
  }
}
