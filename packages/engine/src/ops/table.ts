import { activation } from "./activation.ts";
import { fusedAttention } from "./attention.ts";
import { batchNormalization } from "./batch-normalization.ts";
import { channelNormalization } from "./channel-normalization.ts";
import { comparison } from "./comparison.ts";
import { constants } from "./constants.ts";
import { convolution } from "./convolution.ts";
import { dropout } from "./dropout.ts";
import { elementwise } from "./elementwise.ts";
import { groupQueryAttention } from "./group-query-attention.ts";
import { indexing } from "./indexing.ts";
import { losses } from "./loss.ts";
import { matmul } from "./matmul.ts";
import { movement } from "./movement.ts";
import { normalization } from "./normalization.ts";
import type { Operator } from "./operator.ts";
import { pooling } from "./pooling.ts";
import { quantization } from "./quantization.ts";
import { ranking } from "./ranking.ts";
import { recurrent } from "./recurrent/recurrent.ts";
import { reductions } from "./reduction.ts";
import { resizing } from "./resize.ts";
import { rotaryEmbedding } from "./rotary-embedding.ts";
import { scan } from "./scan.ts";
import { selection } from "./selection.ts";
import { skipNormalization } from "./skip-normalization.ts";
import { slicing } from "./slicing.ts";
import { softmax } from "./softmax.ts";

/** Every operator whose shape, gradient and reference value we know, by ONNX name. */
export const OPERATORS = {
  ...activation,
  ...batchNormalization,
  ...channelNormalization,
  ...fusedAttention,
  ...comparison,
  ...constants,
  ...convolution,
  ...dropout,
  ...elementwise,
  ...groupQueryAttention,
  ...indexing,
  ...losses,
  ...matmul,
  ...movement,
  ...normalization,
  ...pooling,
  ...quantization,
  ...ranking,
  ...recurrent,
  ...reductions,
  ...resizing,
  ...rotaryEmbedding,
  ...scan,
  ...selection,
  ...skipNormalization,
  ...slicing,
  ...softmax,
} satisfies Record<string, Operator>;

export type OperatorName = keyof typeof OPERATORS;

/** The row of an operator; with a domain given, only if the row is of that domain (`ai.onnx` is the empty domain). */
export function findOperator(opType: string, domain?: string): Operator | undefined {
  if (!Object.hasOwn(OPERATORS, opType)) return undefined;
  const operator: Operator = OPERATORS[opType as OperatorName];
  if (domain === undefined) return operator;
  return operator.domain === (domain === "ai.onnx" ? "" : domain) ? operator : undefined;
}
