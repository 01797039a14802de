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
  /** Listed outputs. */
  readonly outputs: number;
  /** Its attributes of type int, by name. */
  readonly ints: Readonly<Record<string, number | undefined>>;
}

const BIAS = 2;
const emptyOperand = {
  isFatal: ({ given }: NodeForm) => given.includes(false),
  reason: "an operand has an empty name",
};

interface FatalForm {
  readonly isFatal: (node: NodeForm) => boolean;
  readonly reason: string;
}

/**
 * Nodes at which ONNX Runtime 1.30 on the CPU reads through a null pointer or aborts: the process ends, and nothing can be caught. Found by
 * leaving out inputs of every operator of our table and giving its attributes odd values, each in a process of its own.
 *
 * What depends on sizes at a run is not here. These end the process too: GRU of no steps, TopK of no rows, SkipLayerNormalization and
 * SkipSimplifiedLayerNormalization with an empty skip, GroupQueryAttention with an empty length or angles that are no matrix,
 * EmbedLayerNormalization with a scalar bias.
 */
const FATAL: Readonly<Record<string, readonly FatalForm[] | undefined>> = {
  Einsum: [emptyOperand],
  GatherND: [
    {
      isFatal: ({ ints: { batch_dims = 0 } }) => batch_dims < 0 || batch_dims >= 2 ** 31,
      reason: "its batch_dims is no number of axes",
    },
  ],
  Max: [emptyOperand],
  Mean: [emptyOperand],
  Min: [emptyOperand],
  Sum: [emptyOperand],
  LayerNormalization: [
    { isFatal: ({ given }) => given[BIAS] === false, reason: "its bias is listed with an empty name" },
    { isFatal: ({ ints: { axis = -1 } }) => axis >= 2 ** 31, reason: "its axis does not fit 32 bits" },
  ],
  Split: [
    {
      isFatal: ({ ints: { num_outputs }, outputs }) => num_outputs !== undefined && num_outputs !== outputs,
      reason: "it has not as many outputs as num_outputs says",
    },
  ],
  [`${MICROSOFT_DOMAIN}.Attention`]: [{ isFatal: ({ given }) => given[BIAS] !== true, reason: "it has no bias" }],
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
  const forms = Object.hasOwn(FATAL, operator) ? FATAL[operator] : undefined;
  const fatal = forms?.find(({ isFatal }) => isFatal(node));
  if (fatal !== undefined)
    throw new ModelwrightError("ENGINE_NODE_FATAL", { where, node: node.name, operator, reason: fatal.reason });
}
