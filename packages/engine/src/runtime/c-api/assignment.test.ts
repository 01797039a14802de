import { expect, onTestFinished, test } from "vitest";
import { differentiate } from "../../autodiff/differentiate.ts";
import { GraphBuilder } from "../../graph/builder.ts";
import { encodeModel } from "../../onnx/encode.ts";
import { nodesOnCpu, operatorsOnCpu, RECORD_ASSIGNMENT } from "./assignment.ts";
import { addressOf, allocateWords } from "./memory.ts";
import { check, checkAsync, loadNative, type Native } from "./native.ts";
import { createSessionOptions } from "./session-options.ts";

/** The mean of tanh(x · w), with its gradient by w: products, and arithmetic on the shape of x. */
function trainingGraph() {
  const b = new GraphBuilder({ name: "mean" });
  const product = b.op("MatMul", [b.input("x", "float32", ["n", 3]), b.input("w", "float32", [3, 2])]);
  b.output(b.op("ReduceMean", [b.op("Tanh", [product])], { keepdims: 0 }), "loss");
  return differentiate(b.build(), { loss: "loss", parameters: ["w"] });
}

/** A session on the CPU, which tells where its nodes are when it was made to. */
async function openSession(native: Native, model: Uint8Array, entries: readonly (readonly [string, string])[]) {
  const { functions, koffi } = native;
  const options = createSessionOptions(native, { optimization: "disabled", cpuNodes: [] });
  for (const entry of entries) check(native, functions.AddSessionConfigEntry(options, ...entry), "test");
  const out = allocateWords(koffi, 1);
  await checkAsync(native, {
    fn: functions.CreateSessionFromArray,
    args: [native.env, addressOf(koffi, model), model.byteLength, options, out.address],
    held: [model, out],
    where: "test",
  });
  functions.ReleaseSessionOptions(options);
  onTestFinished(() => void functions.ReleaseSession(out.words[0]!));
  return out.words[0]!;
}

test("a session tells which of its nodes are on the CPU; those on whole float tensors are named", async () => {
  const native = await loadNative();
  const graph = trainingGraph();
  const model = encodeModel(graph);
  const session = await openSession(native, model, [RECORD_ASSIGNMENT]);
  const nodes = nodesOnCpu(native, session);

  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).toSorted();
  expect(names(nodes)).toEqual(names(graph.nodes));
  for (const { name, opType, domain } of nodes) {
    expect(graph.nodes.find((node) => node.name === name)).toMatchObject({ opType, domain });
  }
  const left = operatorsOnCpu(native, session, model);
  const operators = left.map(({ operator }) => operator);
  expect(operators).toEqual(expect.arrayContaining(["MatMul", "ReduceMean", "Tanh"]));
  expect(operators).toEqual(operators.toSorted());
  expect(left.reduce((sum, { nodes: count }) => sum + count, 0)).toBeLessThan(nodes.length);
});

test("nothing is named when the session does not tell, or the model cannot be read", async () => {
  const native = await loadNative();
  const model = encodeModel(trainingGraph());
  const silent = await openSession(native, model, []);
  expect(() => nodesOnCpu(native, silent)).toThrow();
  expect(operatorsOnCpu(native, silent, model)).toEqual([]);
  const telling = await openSession(native, model, [RECORD_ASSIGNMENT]);
  expect(operatorsOnCpu(native, telling, new TextEncoder().encode("no model"))).toEqual([]);
});
