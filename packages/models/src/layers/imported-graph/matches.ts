import { type Graph, MICROSOFT_DOMAIN, type Node } from "@modelwright/engine";
import { floatsOf, intOf, isStandard, producersOf, readersOf } from "./draft.ts";

/** Finds forms that exporters write where one operator would do. */
export class Matches {
  readonly #graph: Graph;
  readonly #producers: ReadonlyMap<string, Node>;
  readonly #readers: ReadonlyMap<string, readonly Node[]>;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#producers = producersOf(graph);
    this.#readers = readersOf(graph);
  }

  /** The node of a type that makes a value. */
  made(name: string | undefined, opType: string): Node | undefined {
    const node = this.#producers.get(name ?? "");
    return isStandard(node, opType) ? node : undefined;
  }

  /** The number that a constant of one element has. */
  number(name: string | undefined): number | undefined {
    const { data } = floatsOf(this.#graph, name) ?? {};
    return data?.length === 1 ? data[0] : undefined;
  }

  /** The other input of a commutative node beside one that is nearly a number. */
  beside(node: Node | undefined, wanted: number): string | undefined {
    if (node === undefined) return undefined;
    const [a, b] = node.inputs;
    if (this.#isNear(b, wanted)) return a;
    return this.#isNear(a, wanted) ? b : undefined;
  }

  /** x of x · wanted or x / (1 / wanted). */
  scaled(name: string | undefined, wanted: number): string | undefined {
    const product = this.beside(this.made(name, "Mul"), wanted);
    if (product !== undefined) return product;
    const quotient = this.made(name, "Div");
    return quotient !== undefined && this.#isNear(quotient.inputs[1], 1 / wanted) ? quotient.inputs[0] : undefined;
  }

  /** x and c of x · c or x / (1 / c), c a number. */
  scaling(name: string | undefined): readonly [x: string, factor: number] | undefined {
    for (const opType of ["Mul", "Div"] as const) {
      for (const [x, number] of this.factors(name, opType)) {
        const value = this.number(number);
        if (value === undefined || this.#rank(number) > this.#rank(x)) continue;
        const factor = opType === "Div" ? 1 / value : value;
        if (Number.isFinite(factor)) return [x, factor];
      }
    }
    return undefined;
  }

  /** The node that makes a value as the product of two matrices that are computed, none of them a weight. */
  product(name: string | undefined): Node | undefined {
    const node = this.#producers.get(name ?? "");
    if (node === undefined || !(isStandard(node, "MatMul") || isPlainProduct(node))) return undefined;
    const isComputed = (input: string) => this.#rank(input) >= 2 && !this.#graph.initializers.has(input);
    return node.inputs.every(isComputed) ? node : undefined;
  }

  /** Whether nothing but one node reads a value. */
  isReadOnce(name: string | undefined): boolean {
    const isOutput = this.#graph.outputs.some((output) => output.name === name);
    return !isOutput && this.#readers.get(name ?? "")?.length === 1;
  }

  #rank(name: string): number {
    return this.#graph.values.get(name)?.shape.length ?? 0;
  }

  /** The factors of a product, in both orders; of a quotient, what is divided before what it is divided by. */
  factors(name: string | undefined, opType: "Mul" | "Add" | "Div" = "Mul"): readonly (readonly [string, string])[] {
    const [a, b] = this.made(name, opType)?.inputs ?? [];
    if (a === undefined || b === undefined) return [];
    if (opType === "Div") return [[a, b]];
    return [
      [a, b],
      [b, a],
    ];
  }

  /** Whether a value is the mean over the last axis of another. */
  isMean(name: string | undefined, of: string | undefined): boolean {
    const node = this.made(name, "ReduceMean");
    if (node === undefined || node.inputs[0] !== of) return false;
    const { keepdims } = node.attributes;
    const axes = this.#graph.initializers.get(node.inputs[1] ?? "")?.data;
    const rank = this.#graph.values.get(of ?? "")?.shape.length;
    const isLast = axes?.length === 1 && (Number(axes[0]) === -1 || Number(axes[0]) === (rank ?? 0) - 1);
    return isLast && (keepdims?.type !== "int" || keepdims.value === 1);
  }

  /** Whether a value is a constant vector, as weights of norms are. */
  isVector(name: string): boolean {
    return floatsOf(this.#graph, name)?.shape.length === 1;
  }

  /** Whether a value is the square of another. */
  isSquare(name: string | undefined, of: string | undefined): boolean {
    const power = this.made(name, "Pow");
    if (power !== undefined) return power.inputs[0] === of && this.#isNear(power.inputs[1], 2);
    return this.factors(name).some(([a, b]) => a === of && b === of);
  }

  /** Whether a value is the third power of another. */
  isCube(name: string | undefined, of: string): boolean {
    const power = this.made(name, "Pow");
    if (power !== undefined) return power.inputs[0] === of && this.#isNear(power.inputs[1], 3);
    return this.factors(name).some(([a, b]) => a === of && this.isSquare(b, of));
  }

  #isNear(name: string | undefined, wanted: number): boolean {
    const number = this.number(name);
    return number !== undefined && Math.abs(number - wanted) <= 1e-6 * Math.abs(wanted);
  }
}

/** A FusedMatMul that exchanges no axes but the last two. */
function isPlainProduct(node: Node): boolean {
  const isFused = node.opType === "FusedMatMul" && node.domain === MICROSOFT_DOMAIN;
  return isFused && intOf(node, "transBatchA", 0) === 0 && intOf(node, "transBatchB", 0) === 0;
}
