import { type AnyTensor, type Dimension, GraphBuilder, type Node, type Shape, tensorFrom } from "@modelwright/engine";
import { type Draft, intOf, isStandard } from "./draft.ts";

/** What Reshape takes for the size of the same axis before. */
const SAME = 0;
/** What it takes for the size that is left. */
const REST = -1;

/**
 * Writes the sizes to which a draft reshapes as constants, where each is a number or that of the same axis before. Exporters
 * compute them from shapes at every run, a dozen nodes for each.
 */
export function plainSizes(draft: Draft): Draft {
  const { graph } = draft;
  const typed = GraphBuilder.from(graph, { mustFit: () => false });
  const initializers = new Map<string, AnyTensor>(graph.initializers);
  /** The shape of the first input, and the sizes that the second asks for, where both are known. */
  const sizesOf = ({ inputs: [data = "", target = ""] }: Node) => {
    if (!typed.has(data) || !typed.has(target)) return undefined;
    const wanted = typed.contents(typed.value(target));
    return wanted && { shape: typed.value(data).shape, wanted };
  };
  let isChanged = false;
  const nodes = graph.nodes.map((node): Node => {
    const { shape = [], wanted } = sizesOf(node) ?? {};
    if (wanted === undefined) return node;
    const sizes = isStandard(node, "Reshape") ? plainTarget(shape, wanted, intOf(node, "allowzero", 0)) : undefined;
    if (sizes === undefined || graph.initializers.has(node.inputs[1]!)) return node;
    isChanged = true;
    const name = `ints.${sizes.join(".")}`;
    initializers.set(name, tensorFrom("int64", [sizes.length], sizes));
    return { ...node, inputs: [node.inputs[0]!, name], attributes: {} };
  });
  return isChanged ? { ...draft, graph: { ...graph, initializers, nodes } } : draft;
}

/** The sizes that Reshape is asked for as numbers; undefined where they cannot be written so. */
function plainTarget(shape: Shape, wanted: Shape, allowZero: number): readonly number[] | undefined {
  const isZero = (size: Dimension) => size === 0;
  if (allowZero === 1 && wanted.some(isZero)) return undefined;
  const sizes = wanted.map((size, axis) => (typeof size === "string" && size === shape[axis] ? SAME : size));
  const names = sizes.filter((size) => typeof size === "string");
  if (names.length > 1 || (names.length === 1 && sizes.includes(REST))) return undefined;
  return sizes.map((size) => (typeof size === "string" ? REST : size));
}
