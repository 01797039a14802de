import type { Node, Value } from "@modelwright/engine";
import { adaptedProduct, adaptedRows } from "../../adapters/adapted-product.ts";
import type { LayerContext } from "../layer-context.ts";
import { isStandard } from "./draft.ts";

interface Around {
  readonly isWeight: (name: string) => boolean;
  readonly rename: (name: string) => string;
}

const WEIGHT = ".weight";

/**
 * What a node gives with what an adapter adds, where the build has one for its layer: a product with a matrix, `MatMul` or a plain `Gemm`, or
 * rows of one.
 */
export function adaptedNode(c: LayerContext, node: Node, { isWeight, rename }: Around): Value | undefined {
  if (c.build.adapters === undefined) return undefined;
  const isTable = isStandard(node, "Gather");
  if (!isTable && !isProduct(node)) return undefined;
  const name = node.inputs[isTable ? 0 : 1]!;
  if (!isWeight(name) || !name.endsWith(WEIGHT)) return undefined;
  // Names are those of the scope around the layer.
  const [first, second, bias] = node.inputs.map((given) => (given === "" ? undefined : c.b.value(rename(given))));
  const weight = isTable ? first! : second!;
  if (weight.shape.length !== 2) return undefined;
  return c.scope(name.slice(0, -WEIGHT.length), () => {
    if (c.adapters(isTable ? "embedding" : "linear") === undefined) return undefined;
    if (!isTable) return adaptedProduct(c, first!, { weight, bias });
    return adaptedRows(c, { table: weight, ids: second!, rows: c.b.op("Gather", [weight, second!], { axis: 0 }) });
  });
}

/** Whether a node is x · weight, or that and a bias. */
function isProduct(node: Node): boolean {
  if (isStandard(node, "MatMul")) return true;
  const { transA, transB, alpha, beta } = node.attributes;
  const isPlain = [transA, transB].every((flag) => flag === undefined || (flag.type === "int" && flag.value === 0));
  const isOne = [alpha, beta].every(
    (factor) => factor === undefined || (factor.type === "float" && factor.value === 1),
  );
  return isStandard(node, "Gemm") && isPlain && isOne;
}
