import { type AnyTensor, type Node, type Tensor, tensor } from "@modelwright/engine";
import { type Draft, floatsOf, intOf, isStandard } from "./draft.ts";

/** Turns the matrices that a graph turns whenever it runs: those behind a Transpose, and the second of a Gemm with `transB`. */
export function layOutWeights(draft: Draft): Draft {
  const { graph } = draft;
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const initializers = new Map<string, AnyTensor>(graph.initializers);
  const weights = new Set(draft.weights);
  const keepTurned = (name: string, as: string, matrix: Tensor<"float32">): string => {
    initializers.set(as, turned(matrix));
    if (draft.weights.has(name)) weights.add(as);
    return as;
  };
  let isChanged = false;
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const place = isStandard(node, "Transpose")
      ? 0
      : isStandard(node, "Gemm") && intOf(node, "transB", 0) === 1
        ? 1
        : -1;
    const name = node.inputs[place];
    const matrix = floatsOf(graph, name);
    if (name === undefined || matrix?.shape.length !== 2) return [node];
    const [written = ""] = node.outputs;
    if (place === 0) {
      const { perm } = node.attributes;
      if (outputs.has(written) || (perm?.type === "ints" && perm.value[0] === 0)) return [node];
      isChanged = true;
      keepTurned(name, written, matrix);
      return [];
    }
    isChanged = true;
    const { transB: _, ...attributes } = node.attributes;
    const as = `${name}.turned`;
    if (!initializers.has(as)) keepTurned(name, as, matrix);
    return [{ ...node, attributes, inputs: node.inputs.map((input, i) => (i === 1 ? as : input)) }];
  });
  return isChanged ? { ...draft, graph: { ...graph, initializers, nodes }, weights } : draft;
}

function turned({ shape, data }: Tensor<"float32">): Tensor<"float32"> {
  const [rows, columns] = shape as readonly [number, number];
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = data[row * columns + column]!;
  }
  return tensor("float32", [columns, rows], result);
}
