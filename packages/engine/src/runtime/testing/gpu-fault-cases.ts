import type { OperatorName } from "../../ops/table.ts";
import { type CaseGraph, forwardGraph } from "../../testing/case-graph.ts";
import { OPERATOR_CASES } from "../../testing/operator-cases/index.ts";

/** Cases of operators that ONNX Runtime gets wrong on GPUs, by the operator: see `GPU_FAULTS`. */
const FAULTY: Partial<Record<OperatorName, RegExp>> = {
  BatchNormalization: /^in training/,
  ReduceL1: /^(?:no axes means none|an empty list of axes)$/,
  ReduceL2: /^(?:no axes means none|an empty list of axes)$/,
  ReduceLogSum: /^(?:no axes means none|an empty list of axes)$/,
  ReduceSumSquare: /^(?:no axes means none|an empty list of axes)$/,
};

/** Titles and graphs. */
export const GPU_FAULT_CASES: readonly (readonly [title: string, graph: CaseGraph])[] = Object.entries(FAULTY).flatMap(
  ([opType, pattern]) =>
    OPERATOR_CASES[opType as OperatorName]
      .filter(({ name }) => pattern.test(name))
      .map((example) => [`${opType} (${example.name})`, forwardGraph(opType as OperatorName, example)] as const),
);
