import type { OperatorName } from "../../ops/table.ts";
import type { OperatorCase } from "../operator-case.ts";
import { activationCases } from "./activation.ts";
import { comparisonCases } from "./comparison.ts";
import { elementwiseCases } from "./elementwise.ts";
import { labelLossCases } from "./loss.ts";
import { matmulCases } from "./matmul.ts";
import { normalizationCases } from "./normalization.ts";
import { rankingCases } from "./ranking.ts";
import { reductionCases } from "./reduction.ts";
import { softmaxCases } from "./softmax.ts";

/** Cases of every operator of the table: a row without one does not compile. */
export const OPERATOR_CASES: { readonly [Name in OperatorName]?: readonly OperatorCase[] } = {
  ...activationCases,
  ...comparisonCases,
  ...elementwiseCases,
  ...labelLossCases,
  ...matmulCases,
  ...normalizationCases,
  ...rankingCases,
  ...reductionCases,
  ...softmaxCases,
};
