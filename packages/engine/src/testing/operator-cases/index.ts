import type { OperatorName } from "../../ops/table.ts";
import type { OperatorCase } from "../operator-case.ts";
import { activationCases } from "./activation.ts";
import { attentionCases } from "./attention.ts";
import { bitwiseCases } from "./bitwise.ts";
import { channelNormalizationCases } from "./channel-normalization.ts";
import { comparisonCases } from "./comparison.ts";
import { constantsCases } from "./constants.ts";
import { controlFlowCases } from "./control-flow.ts";
import { convolutionCases } from "./convolution.ts";
import { einsumCases } from "./einsum.ts";
import { elementwiseCases } from "./elementwise.ts";
import { geluCases } from "./gelu.ts";
import { groupQueryAttentionCases } from "./group-query-attention.ts";
import { indexingCases } from "./indexing.ts";
import { labelLossCases } from "./loss.ts";
import { lpNormalizationCases } from "./lp-normalization.ts";
import { matmulCases } from "./matmul.ts";
import { mlCategoriesCases } from "./ml-categories.ts";
import { mlLinearCases } from "./ml-linear.ts";
import { mlScalingCases } from "./ml-scaling.ts";
import { mlSupportVectorsCases } from "./ml-support-vectors.ts";
import { mlTextsCases, TEXT_CASES } from "./ml-texts.ts";
import { mlTreesCases } from "./ml-trees.ts";
import { movementCases } from "./movement.ts";
import { normalizationCases } from "./normalization.ts";
import { piecewiseActivationCases } from "./piecewise-activation.ts";
import { poolingCases } from "./pooling.ts";
import { quantizationCases } from "./quantization.ts";
import { rankingCases } from "./ranking.ts";
import { recurrentCases } from "./recurrent.ts";
import { reductionCases } from "./reduction.ts";
import { resizeCases } from "./resize.ts";
import { reverseSequenceCases } from "./reverse-sequence.ts";
import { rotaryEmbeddingCases } from "./rotary-embedding.ts";
import { scanCases } from "./scan.ts";
import { selectionCases } from "./selection.ts";
import { skipNormalizationCases } from "./skip-normalization.ts";
import { slicingCases } from "./slicing.ts";
import { softmaxCases } from "./softmax.ts";
import { trigonometryCases } from "./trigonometry.ts";

const CASES: { readonly [Name in OperatorName]: readonly OperatorCase[] } = {
  ...activationCases,
  ...attentionCases,
  ...bitwiseCases,
  ...channelNormalizationCases,
  ...comparisonCases,
  ...constantsCases,
  ...controlFlowCases,
  ...convolutionCases,
  ...einsumCases,
  ...elementwiseCases,
  ...geluCases,
  ...groupQueryAttentionCases,
  ...indexingCases,
  ...labelLossCases,
  ...lpNormalizationCases,
  ...matmulCases,
  ...mlCategoriesCases,
  ...mlLinearCases,
  ...mlScalingCases,
  ...mlSupportVectorsCases,
  ...mlTextsCases,
  ...mlTreesCases,
  ...movementCases,
  ...normalizationCases,
  ...piecewiseActivationCases,
  ...poolingCases,
  ...quantizationCases,
  ...rankingCases,
  ...recurrentCases,
  ...reductionCases,
  ...resizeCases,
  ...reverseSequenceCases,
  ...rotaryEmbeddingCases,
  ...scanCases,
  ...selectionCases,
  ...skipNormalizationCases,
  ...slicingCases,
  ...softmaxCases,
  ...trigonometryCases,
};

/** Cases of every operator of the table: a row without one does not compile. */
export const OPERATOR_CASES: Readonly<Record<OperatorName, readonly OperatorCase[]>> = withTexts(CASES);

function withTexts(cases: typeof CASES): Record<OperatorName, readonly OperatorCase[]> {
  const all: Record<OperatorName, readonly OperatorCase[]> = { ...cases };
  for (const opType of Object.keys(TEXT_CASES) as OperatorName[])
    all[opType] = [...all[opType], ...TEXT_CASES[opType]!];
  return all;
}
