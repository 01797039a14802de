import { ModelwrightError } from "@modelwright/contracts";
import { describe, expect, test } from "vitest";
import { differentiate } from "../autodiff/differentiate.ts";
import { OPERATORS, type OperatorName } from "../ops/table.ts";
import { optimize } from "../passes/optimize.ts";
import { guardModel } from "../runtime/model-guard.ts";
import { forwardGraph, lossGraph } from "../testing/case-graph.ts";
import { DIFFERENTIABLE_OPERATORS, gradientCases } from "../testing/gradient-cases.ts";
import { mutateBytes } from "../testing/mutate-bytes.ts";
import { OPERATOR_CASES } from "../testing/operator-cases/index.ts";
import { decodeModel } from "./decode.ts";
import { encodeModel } from "./encode.ts";

/** What reads a file, each for itself: an error with a code stops it, another is a fault of ours. */
const READERS: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  guard: (bytes) => guardModel(bytes, { file: "model.onnx" }),
  "decode and write": (bytes) => encodeModel(decodeModel(bytes)),
  optimize: (bytes) => optimize(decodeModel(bytes)),
  differentiate: (bytes) => {
    const graph = decodeModel(bytes);
    const parameters = graph.inputs.flatMap(({ name, dtype }) => (dtype === "float32" ? [name] : []));
    return differentiate(graph, { loss: graph.outputs[0]?.name ?? "", parameters });
  },
};

function fault(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return error instanceof ModelwrightError ? undefined : String(error);
  }
}

const models = (Object.keys(OPERATORS) as OperatorName[]).map((opType) => {
  const [example] = DIFFERENTIABLE_OPERATORS.includes(opType) ? gradientCases(opType) : [];
  const { graph } =
    example === undefined ? forwardGraph(opType, OPERATOR_CASES[opType][0]!) : lossGraph(opType, example);
  return { opType, bytes: encodeModel(graph) };
});

describe.each(Object.entries(READERS))("to %s", (_, read) => {
  test("a damaged file is read or refused with a code", () => {
    const faults = models.flatMap(({ opType, bytes }, i) =>
      [1, 2, 3].flatMap((turn) => {
        const message = fault(() => read(mutateBytes(bytes, 1000 * turn + i)));
        return message === undefined ? [] : [`${opType}, seed ${1000 * turn + i}: ${message}`];
      }),
    );
    expect(faults).toEqual([]);
  });
});
