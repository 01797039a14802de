import type { Node } from "../graph/graph.ts";
import type { AnyReference, InferredType, Operator, ReferenceTensor } from "../ops/operator.ts";
import { placeValues } from "../ops/places.ts";
import { resolveAttributes } from "../ops/resolve-attributes.ts";
import { COSTLY_OPERATORS } from "../passes/costly-operators.ts";
import { RANDOM_OPERATORS } from "../passes/random-operators.ts";
import { isStatic } from "../tensor/shape.ts";
import { elementCount, isNumeric, type Tensor } from "../tensor/tensor.ts";
import { fromReference, toReference } from "./reference-tensor.ts";

/** Shapes, pads, scales and axes are shorter. */
const MAX_ELEMENTS = 64;

/**
 * The outputs of a node that small constants alone determine; `undefined` for others. Exporters compute pads,
 * scales and axes by such nodes, and shape rules need their values.
 *
 * @param known The tensor of a value that is known before the graph runs.
 */
export function computeSmall(
  { node, operator, types }: { node: Node; operator: Operator; types: readonly InferredType[] },
  known: (name: string) => Tensor | undefined,
): readonly (Tensor | undefined)[] {
  const isGraph = Object.values(node.attributes).some(({ type }) => type === "graph");
  const isSmall = types.every(({ shape }) => isStatic(shape) && elementCount(shape) <= MAX_ELEMENTS);
  const isLeft = operator.strings === "made" || RANDOM_OPERATORS.has(node.opType) || COSTLY_OPERATORS.has(node.opType);
  if (isGraph || !isSmall || isLeft) return [];
  const value = node.opType === "Constant" && node.domain === "" ? node.attributes.value : undefined;
  // As it is: float64 does not hold the greatest int64, which stands for the end of an axis.
  if (value?.type === "tensor") return [isNumeric(value.value) ? value.value : undefined];
  const inputs: (ReferenceTensor | undefined)[] = [];
  for (const name of node.inputs) {
    const tensor = name === "" ? undefined : known(name);
    if (name !== "" && (tensor === undefined || tensor.data.length > MAX_ELEMENTS)) return [];
    inputs.push(tensor && toReference(tensor));
  }
  const outputs: readonly AnyReference[] = operator.reference(placeValues(operator.inputs, inputs), {
    attributes: resolveAttributes(operator, node.attributes),
    outputCount: node.outputs.length,
    evaluateBody: () => {
      throw new Error("a node without a graph has none to evaluate");
    },
  });
  return outputs.map(toTensor);
}

/**
 * `undefined` for texts, and for integers that float64 does not hold or that stand for an element that is not
 * there.
 */
function toTensor(output: AnyReference): Tensor | undefined {
  if (output.dtype === "string") return undefined;
  const isFloat = ["float16", "float32", "float64"].includes(output.dtype);
  if (!isFloat && !output.data.every(Number.isSafeInteger)) return undefined;
  const tensor = fromReference(output);
  return isNumeric(tensor) ? tensor : undefined;
}
