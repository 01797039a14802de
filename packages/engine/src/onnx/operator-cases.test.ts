import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isDescribed } from "../graph/check-node.ts";
import { evaluateWithStrings } from "../reference/evaluate.ts";
import { toReference } from "../reference/reference-tensor.ts";
import { defaultRuntime } from "../runtime/default-runtime.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { allclose } from "../testing/allclose.ts";
import { decodeModel } from "./decode.ts";
import { decodeTensor } from "./decode-tensor.ts";
import { encodeModel } from "./encode.ts";
import { decodeMessage } from "./schema.ts";

/**
 * Some of the cases that ONNX publishes; `test/conformance/operator-cases` collects and checks all of them.
 */
const FOLDER = new URL("fixtures/operator-cases/", import.meta.url);

function casesIn(folder: URL): URL[] {
  if (existsSync(new URL("model.onnx", folder))) return [folder];
  return readdirSync(folder).flatMap((name) => casesIn(new URL(`${name}/`, folder)));
}

const CASES = casesIn(FOLDER).map((folder) => ({ folder, name: folder.pathname.slice(FOLDER.pathname.length) }));

describe.each(CASES)("$name", ({ folder, name }) => {
  const bytes = readFileSync(new URL("model.onnx", folder));
  const graph = decodeModel(bytes, { file: name });
  const tensor = (role: string, i: number): AnyTensor => {
    const file = readFileSync(new URL(`test_data_set_0/${role}_${i}.pb`, folder));
    return decodeTensor(decodeMessage("TensorProto", file), `${role} ${i}`);
  };
  const feeds = Object.fromEntries(graph.inputs.map((input, i) => [input.name, tensor("input", i)]));
  const expected = graph.outputs.map((output, i) => ({ output, value: tensor("output", i) }));

  test("has the types that the case states", () => {
    for (const { output, value } of expected) {
      expect(output.dtype).toBe(value.dtype);
      expect(output.shape.map((size, axis) => (typeof size === "number" ? size : value.shape[axis]))).toEqual(
        value.shape,
      );
    }
  });

  const references = Object.fromEntries(Object.entries(feeds).map(([key, value]) => [key, toReference(value)]));

  const isComputed = isDescribed("", graph.opsets);

  test(isComputed ? "has the numbers that the case states" : "is refused by the interpreter for its opset", () => {
    if (!isComputed) {
      const refusal = expect.objectContaining({ code: "ENGINE_GRAPH_INVALID" });
      expect(() => evaluateWithStrings(graph, references)).toThrow(refusal);
      return;
    }
    const results = evaluateWithStrings(graph, references);
    for (const { output, value } of expected) {
      const closeness = allclose(results.get(output.name)!, value, { relative: 2e-3, absolute: 1e-5 });
      expect(closeness.isClose, `${output.name}: ${closeness.message}`).toBe(true);
    }
  });

  test("gives the same in ONNX Runtime when it is encoded again, or is run in neither form", async () => {
    const runtime = await defaultRuntime();
    const [given, own] = await Promise.allSettled(
      [bytes, encodeModel(graph)].map(async (model) => {
        const session = await runtime.createSession(model, { threads: 1 });
        return session.run(feeds).finally(() => session.release());
      }),
    );
    expect(own!.status).toBe(given!.status);
    if (given!.status === "fulfilled") expect(own).toEqual(given);
  });
});
