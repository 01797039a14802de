import { type Attribute, MICROSOFT_DOMAIN, type Node } from "@modelwright/engine";
import type { Draft } from "./draft.ts";
import { Matches } from "./matches.ts";

/** What one operator computes, in the place of the node at the end of several. */
interface Fused extends Pick<Node, "opType" | "inputs" | "attributes"> {
  /** Default: of the standard operators. */
  readonly domain?: string;
  /** A node that it reads and that is new. */
  readonly before?: Node;
}
type Form = (last: string, matches: Matches) => Fused | undefined;

/** The forms that end in an operator of this type, in the order in which they are tried. */
const FORMS: Readonly<Record<string, readonly Form[]>> = {
  Mul: [exactGelu, tanhGelu, scaledProduct],
  Div: [exactGelu, tanhGelu, scaledProduct],
  Add: [layerNorm],
  MatMul: [scaledFactor, turnedFactor],
  FusedMatMul: [scaledFactor, turnedFactor],
};

/**
 * Puts one operator in the place of several that compute the same: GELU, exact or by tanh, a layer norm with weight and bias, and products of computed
 * matrices that are scaled or turned, as scores of attention are. Each intermediate value is a pass over memory, forwards and backwards. What
 * lay between is dead where nothing else reads it.
 */
export function fuseOperators(draft: Draft): Draft {
  const { graph } = draft;
  const matches = new Matches(graph);
  let isChanged = false;
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const forms = Object.hasOwn(FORMS, node.opType) ? FORMS[node.opType]! : [];
    for (const form of forms) {
      const found = form(node.outputs[0]!, matches);
      if (found === undefined) continue;
      isChanged = true;
      const { before, ...fused } = found;
      return [...(before === undefined ? [] : [before]), { ...node, domain: "", ...fused }];
    }
    return [node];
  });
  return isChanged ? { ...draft, graph: { ...graph, nodes } } : draft;
}

/** Whether a value is 2 Φ(x), by one of the formulas for the cumulative normal distribution. */
type Cumulative = (sum: string, x: string, matches: Matches) => boolean;

/** x · ½ · (1 + erf(x / √2)), whichever factors are multiplied first. */
function exactGelu(last: string, matches: Matches): Fused | undefined {
  const x = gelu(last, { matches, is: isErf });
  return x === undefined ? undefined : { opType: "Gelu", inputs: [x], attributes: {} };
}

/** x · ½ · (1 + tanh(√(2 / π) · (x + 0.044715 · x³))). */
function tanhGelu(last: string, matches: Matches): Fused | undefined {
  const x = gelu(last, { matches, is: isTanh });
  return x === undefined ? undefined : { domain: MICROSOFT_DOMAIN, opType: "FastGelu", inputs: [x], attributes: {} };
}

/** (x · 2 Φ) · ½, x · (½ · 2 Φ) or (½ · x) · 2 Φ. */
function gelu(
  last: string,
  { matches, is }: { readonly matches: Matches; readonly is: Cumulative },
): string | undefined {
  for (const [x, sum] of matches.factors(matches.scaled(last, 0.5))) if (is(sum, x, matches)) return x;
  for (const [a, b] of matches.factors(last)) {
    const sum = matches.scaled(b, 0.5);
    if (sum !== undefined && is(sum, a, matches)) return a;
    const x = matches.scaled(a, 0.5);
    if (x !== undefined && is(b, x, matches)) return x;
  }
  return undefined;
}

function isErf(sum: string, x: string, matches: Matches): boolean {
  const erf = matches.made(matches.beside(matches.made(sum, "Add"), 1), "Erf");
  return erf !== undefined && matches.scaled(erf.inputs[0], Math.SQRT1_2) === x;
}

function isTanh(sum: string, x: string, matches: Matches): boolean {
  const tanh = matches.made(matches.beside(matches.made(sum, "Add"), 1), "Tanh");
  const inner = matches.scaled(tanh?.inputs[0], Math.sqrt(2 / Math.PI));
  return matches.factors(inner, "Add").some(([a, b]) => a === x && matches.isCube(matches.scaled(b, 0.044715), x));
}

/** (x - mean) / √(variance + ε) · weight + bias, over the last axis: as PyTorch wrote it before opset 17. */
function layerNorm(last: string, matches: Matches): Fused | undefined {
  for (const [scaled, bias] of matches.factors(last, "Add")) {
    for (const [normal, weight] of matches.factors(scaled)) {
      const quotient = matches.made(normal, "Div");
      const [centred, deviation] = quotient?.inputs ?? [];
      const [x, mean] = matches.made(centred, "Sub")?.inputs ?? [];
      if (!matches.isVector(weight) || !matches.isVector(bias) || !matches.isMean(mean, x)) continue;
      const root = matches.made(deviation, "Sqrt");
      for (const [variance, epsilon] of matches.factors(root?.inputs[0], "Add")) {
        const value = matches.number(epsilon);
        const square = matches.made(variance, "ReduceMean")?.inputs[0];
        if (value === undefined || !matches.isMean(variance, square) || !matches.isSquare(square, centred)) continue;
        return {
          opType: "LayerNormalization",
          inputs: [x!, weight, bias],
          attributes: { axis: { type: "int", value: -1 }, epsilon: { type: "float", value } },
        };
      }
    }
  }
  return undefined;
}

/** A product whose result alone is multiplied or divided by a number. */
function scaledProduct(last: string, matches: Matches): Fused | undefined {
  const [name, factor] = matches.scaling(last) ?? [];
  const product = matches.isReadOnce(name) ? matches.product(name) : undefined;
  return product && fusedProduct(product, { factor: factor! });
}

/** A product of which a matrix is multiplied or divided by a number. */
function scaledFactor(last: string, matches: Matches): Fused | undefined {
  const product = matches.product(last);
  for (const [place, name] of product?.inputs.entries() ?? []) {
    const [x, factor] = matches.scaling(name) ?? [];
    if (x !== undefined) return fusedProduct(product!, { factor: factor!, place, x });
  }
  return undefined;
}

/**
 * A product with a matrix whose last two axes are exchanged. A Transpose that leaves the last axis in its place copies rows; one that moves it
 * copies numbers.
 */
function turnedFactor(last: string, matches: Matches): Fused | undefined {
  const product = matches.product(last);
  for (const [place, name] of product?.inputs.entries() ?? []) {
    const turn = matches.made(name, "Transpose");
    const { perm } = turn?.attributes ?? {};
    if (turn === undefined || perm?.type !== "ints" || perm.value.at(-2) !== perm.value.length - 1) continue;
    const rest = [...perm.value.slice(0, -2), perm.value.at(-1)!, perm.value.at(-2)!];
    const [given = ""] = turn.inputs;
    if (rest.every((axis, i) => axis === i)) return fusedProduct(product!, { place, x: given, isTurned: true });
    const x = `${last}.factor${place}`;
    const before = { ...turn, name: `${turn.name}.rows`, outputs: [x], attributes: { perm: { ...perm, value: rest } } };
    return { ...fusedProduct(product!, { place, x, isTurned: true }), before };
  }
  return undefined;
}

interface OtherFactor {
  /** What the result is multiplied by. Default 1. */
  readonly factor?: number;
  /** Another matrix at this place, its last two axes exchanged or not. Default: the same matrices. */
  readonly place?: number;
  readonly x?: string;
  readonly isTurned?: boolean;
}

/** A product of the same matrices but for one. */
function fusedProduct({ inputs, attributes }: Node, other: OtherFactor): Fused {
  const { factor = 1, place, x, isTurned = false } = other;
  const { alpha } = attributes;
  const flags = ["transA", "transB"].map((name, i): [string, Attribute] => {
    const flag = attributes[name];
    const before = flag?.type === "int" ? flag.value : 0;
    return [name, { type: "int", value: isTurned && i === place ? 1 - before : before }];
  });
  return {
    domain: MICROSOFT_DOMAIN,
    opType: "FusedMatMul",
    inputs: inputs.map((name, i) => (i === place && x !== undefined ? x : name)),
    attributes: {
      ...Object.fromEntries(flags),
      alpha: { type: "float", value: factor * (alpha?.type === "float" ? alpha.value : 1) },
    },
  };
}
