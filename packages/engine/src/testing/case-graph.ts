import { GraphBuilder } from "../graph/builder.ts";
import type { Graph, Value } from "../graph/graph.ts";
import type { AnyReference, ReferenceTensor } from "../ops/operator.ts";
import { evaluateWithStrings } from "../reference/evaluate.ts";
import { fromReference } from "../reference/reference-tensor.ts";
import { DTYPES } from "../tensor/dtype.ts";
import type { OperatorCase } from "./operator-case.ts";
import { seededUniform } from "./random-tensors.ts";

/** A case as a graph with its feeds. Inputs are named `input0`, … */
export interface CaseGraph<R extends AnyReference = AnyReference> {
  readonly graph: Graph;
  readonly feeds: Readonly<Record<string, R>>;
  readonly outputs: readonly string[];
}

/** The graph of a case: one node. */
export function forwardGraph(opType: string, example: OperatorCase): CaseGraph {
  const { b, feeds, outputs } = start(opType, example);
  const wanted = outputs.filter((output) => output.name !== "");
  for (const output of wanted) b.output(output);
  return { graph: b.build(), feeds, outputs: wanted.map((output) => output.name) };
}

/**
 * The graph of a case with the scalar output `loss`, a weighted sum of all elements of the differentiable outputs. The weights are random,
 * so that no part of a gradient can cancel.
 */
export function lossGraph(
  opType: string,
  example: OperatorCase,
): CaseGraph<ReferenceTensor> & { readonly parameters: readonly string[] } {
  const forward = forwardGraph(opType, example);
  const results = evaluateWithStrings(forward.graph, forward.feeds);
  const { b, outputs, ...started } = start(opType, example);
  const feeds = numbersOf(started.feeds);
  const terms = outputs.flatMap((output, i) => {
    if (output.name === "" || !DTYPES[output.dtype].isFloat || example.differentiableOutputs?.includes(i) === false)
      return [];
    const result = results.get(output.name)!;
    if (result.dtype === "string") return [];
    const next = seededUniform(31 + i);
    feeds[`weights${i}`] = { ...result, data: result.data.map(() => Math.fround(0.5 + next())) };
    const weighted = b.op("Mul", [output, b.input(`weights${i}`, output.dtype, output.shape)]);
    return [b.op("ReduceSum", [weighted], { keepdims: 0 })];
  });
  const loss = b.output(
    terms.reduce((sum, term) => b.op("Add", [sum, term])),
    "loss",
  );
  return { graph: b.build(), feeds, outputs: [loss.name], parameters: parametersOf(example) };
}

/** A case whose gradient is checked has no texts. */
function numbersOf(feeds: CaseGraph["feeds"]): Record<string, ReferenceTensor> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, feed]) => {
      if (feed.dtype === "string") throw new Error(`${name} is of texts, which no gradient passes`);
      return [name, feed];
    }),
  );
}

/** Names of the inputs whose gradient is checked. */
export function parametersOf({ inputs, differentiableInputs }: OperatorCase): readonly string[] {
  const floats = inputs.flatMap((input, i) =>
    input !== undefined && input.isConstant !== true && DTYPES[input.dtype].isFloat ? [i] : [],
  );
  return (differentiableInputs ?? floats).map((i) => `input${i}`);
}

function start(opType: string, { inputs, attributes, outputCount = 1 }: OperatorCase) {
  const b = new GraphBuilder({ name: opType });
  const feeds: Record<string, AnyReference> = {};
  const operands = inputs.map((input, i): Value | undefined => {
    if (input === undefined) return undefined;
    if (input.isConstant === true) return b.initializer(`input${i}`, fromReference(input));
    const { isConstant: _, ...feed } = input;
    feeds[`input${i}`] = feed;
    return b.input(`input${i}`, input.dtype, input.shape);
  });
  return { b, feeds, outputs: b.multi(opType, operands, outputCount, attributes) };
}
