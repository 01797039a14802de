import { expect, test } from "vitest";
import { differentiate } from "../autodiff/differentiate.ts";
import { lossGraph, parametersOf } from "../testing/case-graph.ts";
import type { OperatorCase } from "../testing/operator-case.ts";
import { OPERATOR_CASES } from "../testing/operator-cases/index.ts";
import { isDifferentiable } from "./operator.ts";
import { findOperator } from "./table.ts";

const cases = Object.entries(OPERATOR_CASES as Record<string, readonly OperatorCase[]>);
const differentiable = cases.filter(([opType]) => isDifferentiable(findOperator(opType)!));

test.each(differentiable)(
  "the gradient of %s never sums by ScatterND, which loses updates on several threads",
  (opType, list) => {
    for (const example of list.filter((candidate) => parametersOf(candidate).length > 0)) {
      const { graph, parameters } = lossGraph(opType, example);
      const forward = new Set(graph.nodes.map((node) => node.name));
      const backward = differentiate(graph, { loss: "loss", parameters }).nodes.filter(
        (node) => !forward.has(node.name),
      );
      const sums = backward.filter((node) => node.opType === "ScatterND" && node.attributes.reduction !== undefined);
      expect(sums).toEqual([]);
    }
  },
);
