import { activation } from "./activation.ts";
import { fusedAttention } from "./attention.ts";
import { batchNormalization } from "./batch-normalization.ts";
import { bitwise } from "./bitwise.ts";
import { channelNormalization } from "./channel-normalization.ts";
import { comparison } from "./comparison.ts";
import { constants } from "./constants.ts";
import { controlFlow } from "./control-flow.ts";
import { convolution } from "./convolution.ts";
import { dropout } from "./dropout.ts";
import { einsum } from "./einsum.ts";
import { elementwise } from "./elementwise.ts";
import { gelu } from "./gelu.ts";
import { groupQueryAttention } from "./group-query-attention.ts";
import { indexing } from "./indexing.ts";
import { losses } from "./loss.ts";
import { lpNormalization } from "./lp-normalization.ts";
import { matmul } from "./matmul.ts";
import { machineLearning } from "./ml/table.ts";
import { movement } from "./movement.ts";
import { normalization } from "./normalization.ts";
import type { Operator } from "./operator.ts";
import { piecewiseActivation } from "./piecewise-activation.ts";
import { pooling } from "./pooling.ts";
import { quantization } from "./quantization.ts";
import { ranking } from "./ranking.ts";
import { recurrent } from "./recurrent/recurrent.ts";
import { reductions } from "./reduction.ts";
import { resizing } from "./resize.ts";
import { reverseSequence } from "./reverse-sequence.ts";
import { rotaryEmbedding } from "./rotary-embedding.ts";
import { scan } from "./scan.ts";
import { selection } from "./selection.ts";
import { skipNormalization } from "./skip-normalization.ts";
import { slicing } from "./slicing.ts";
import { softmax } from "./softmax.ts";
import { trigonometry } from "./trigonometry.ts";

/** Every operator whose shape, gradient and reference value we know, by ONNX name. */
export const OPERATORS = {
  ...activation,
  ...batchNormalization,
  ...bitwise,
  ...channelNormalization,
  ...comparison,
  ...constants,
  ...controlFlow,
  ...convolution,
  ...dropout,
  ...einsum,
  ...elementwise,
  ...fusedAttention,
  ...gelu,
  ...groupQueryAttention,
  ...indexing,
  ...losses,
  ...lpNormalization,
  ...machineLearning,
  ...matmul,
  ...movement,
  ...normalization,
  ...piecewiseActivation,
  ...pooling,
  ...quantization,
  ...ranking,
  ...recurrent,
  ...reductions,
  ...resizing,
  ...reverseSequence,
  ...rotaryEmbedding,
  ...scan,
  ...selection,
  ...skipNormalization,
  ...slicing,
  ...softmax,
  ...trigonometry,
} satisfies Record<string, Operator>;

export type OperatorName = keyof typeof OPERATORS;

/** The row of an operator; with a domain given, only if the row is of that domain (`ai.onnx` is the empty domain). */
export function findOperator(opType: string, domain?: string): Operator | undefined {
  if (!Object.hasOwn(OPERATORS, opType)) return undefined;
  const operator: Operator = OPERATORS[opType as OperatorName];
  if (domain === undefined) return operator;
  return operator.domain === (domain === "ai.onnx" ? "" : domain) ? operator : undefined;
}
