import { ModelwrightError } from "@modelwright/contracts";
import { MICROSOFT_DOMAIN } from "../graph/graph.ts";

/** What decides whether ONNX Runtime survives a node. */
export interface NodeForm {
  readonly name: string;
  readonly opType: string;
  /** `""` and `ai.onnx` are the same. */
  readonly domain: string;
  /** Whether each listed input has a name. */
  readonly given: readonly boolean[];
}

const BIAS = 2;
const emptyOperand = {
  isFatal: ({ given }: NodeForm) => given.includes(false),
  reason: "an operand has an empty name",
};

/** Nodes at which ONNX Runtime 1.30 on the CPU reads through a null pointer: the process ends, and nothing can be caught. */
const FATAL: Readonly<
  Record<string, { readonly isFatal: (node: NodeForm) => boolean; readonly reason: string } | undefined>
> = {
  Max: emptyOperand,
  Mean: emptyOperand,
  Min: emptyOperand,
  Sum: emptyOperand,
  LayerNormalization: {
    isFatal: ({ given }) => given[BIAS] === false,
    reason: "its bias is listed with an empty name",
  },
  [`${MICROSOFT_DOMAIN}.Attention`]: { isFatal: ({ given }) => given[BIAS] !== true, reason: "it has no bias" },
};

/**
 * Refuses a node that ends the process instead of failing.
 *
 * @param where The model, for the error.
 * @throws {ModelwrightError} `ENGINE_NODE_FATAL`.
 */
export function refuseFatalNode(where: string, node: NodeForm): void {
  const isStandard = node.domain === "" || node.domain === "ai.onnx";
  const operator = isStandard ? node.opType : `${node.domain}.${node.opType}`;
  const fatal = Object.hasOwn(FATAL, operator) ? FATAL[operator] : undefined;
  if (fatal?.isFatal(node))
    throw new ModelwrightError("ENGINE_NODE_FATAL", { where, node: node.name, operator, reason: fatal.reason });
}
