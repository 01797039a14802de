import type { Node } from "@modelwright/engine";
import type { Draft } from "./draft.ts";
import { Matches } from "./matches.ts";

/** What one operator computes, in the place of the node at the end of several. */
type Fused = Pick<Node, "opType" | "inputs" | "attributes">;
type Form = (last: string, matches: Matches) => Fused | undefined;

/** The forms that end in an operator of this type, in the order in which they are tried. */
const FORMS: Readonly<Record<string, readonly Form[]>> = {
  Mul: [exactGelu],
  Add: [layerNorm],
};

/**
 * Puts one operator in the place of several that compute the same: the exact GELU, and a layer norm with weight and bias. Each intermediate
 * value is a pass over memory, forwards and backwards. What lay between is dead where nothing else reads it.
 */
export function fuseOperators(draft: Draft): Draft {
  const { graph } = draft;
  const matches = new Matches(graph);
  let isChanged = false;
  const nodes = graph.nodes.map((node): Node => {
    const forms = node.domain === "" && Object.hasOwn(FORMS, node.opType) ? FORMS[node.opType]! : [];
    for (const form of forms) {
      const fused = form(node.outputs[0]!, matches);
      if (fused === undefined) continue;
      isChanged = true;
      return { ...node, ...fused };
    }
    return node;
  });
  return isChanged ? { ...draft, graph: { ...graph, nodes } } : draft;
}

/** x · ½ · (1 + erf(x / √2)), whichever factors are multiplied first. */
function exactGelu(last: string, matches: Matches): Fused | undefined {
  const x = halved(last, matches) ?? halfOutside(last, matches);
  return x === undefined ? undefined : { opType: "Gelu", inputs: [x], attributes: {} };
}

/** (x · (1 + erf)) · ½. */
function halfOutside(last: string, matches: Matches): string | undefined {
  const product = matches.scaled(last, 0.5);
  for (const [x, sum] of matches.factors(product)) if (isCumulative(sum, x, matches)) return x;
  return undefined;
}

/** x · (½ · (1 + erf)), or (½ · x) · (1 + erf). */
function halved(last: string, matches: Matches): string | undefined {
  for (const [a, b] of matches.factors(last)) {
    const sum = matches.scaled(b, 0.5);
    if (sum !== undefined && isCumulative(sum, a, matches)) return a;
    const x = matches.scaled(a, 0.5);
    if (x !== undefined && isCumulative(b, x, matches)) return x;
  }
  return undefined;
}

/** Whether a value is 1 + erf(x / √2). */
function isCumulative(sum: string, x: string, matches: Matches): boolean {
  const erf = matches.made(matches.beside(matches.made(sum, "Add"), 1), "Erf");
  return erf !== undefined && matches.scaled(erf.inputs[0], Math.SQRT1_2) === x;
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
