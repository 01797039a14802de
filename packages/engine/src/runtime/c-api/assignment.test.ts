import { expect, test } from "vitest";
import { differentiate } from "../../autodiff/differentiate.ts";
import { GraphBuilder } from "../../graph/builder.ts";
import { encodeModel } from "../../onnx/encode.ts";
import { leftToCpu } from "../left-to-cpu.ts";
import { nodesOnCpu, RECORD_ASSIGNMENT } from "./assignment.ts";
import { addressOf, allocateWords } from "./memory.ts";
import { check, checkAsync, loadNative } from "./native.ts";
import { createSessionOptions } from "./session-options.ts";

/** The mean of tanh(x · w), with its gradient by w: products, and arithmetic on the shape of x. */
function trainingGraph() {
  const b = new GraphBuilder({ name: "mean" });
  const product = b.op("MatMul", [b.input("x", "float32", ["n", 3]), b.input("w", "float32", [3, 2])]);
  b.output(b.op("ReduceMean", [b.op("Tanh", [product])], { keepdims: 0 }), "loss");
  return differentiate(b.build(), { loss: "loss", parameters: ["w"] });
}

test("a session tells which of its nodes are on the CPU; those on whole float tensors are named", async () => {
  const native = await loadNative();
  const { functions, koffi } = native;
  const graph = trainingGraph();
  const model = encodeModel(graph);
  const options = createSessionOptions(native, { optimization: "disabled", cpuNodes: [] });
  check(native, functions.AddSessionConfigEntry(options, ...RECORD_ASSIGNMENT), "test");
  const out = allocateWords(koffi, 1);
  await checkAsync(native, {
    fn: functions.CreateSessionFromArray,
    args: [native.env, addressOf(koffi, model), model.byteLength, options, out.address],
    held: [model, out],
    where: "test",
  });
  functions.ReleaseSessionOptions(options);
  const nodes = nodesOnCpu(native, out.words[0]!);
  functions.ReleaseSession(out.words[0]!);

  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).toSorted();
  expect(names(nodes)).toEqual(names(graph.nodes));
  for (const { name, opType, domain } of nodes) {
    expect(graph.nodes.find((node) => node.name === name)).toMatchObject({ opType, domain });
  }
  const left = leftToCpu(graph, nodes);
  const operators = left.map(({ operator }) => operator);
  expect(operators).toEqual(expect.arrayContaining(["MatMul", "ReduceMean", "Tanh"]));
  expect(operators).toEqual(operators.toSorted());
  expect(left.reduce((sum, { nodes: count }) => sum + count, 0)).toBeLessThan(nodes.length);
});
