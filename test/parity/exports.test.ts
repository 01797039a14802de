import { readdirSync, readFileSync } from "node:fs";
import {
  decodeModel,
  defaultRuntime,
  differentiate,
  encodeModel,
  GraphBuilder,
  gradientName,
  optimize,
  type Tensor,
} from "@modelwright/engine";
import { allclose, toReference } from "@modelwright/engine/testing";
import { readSafetensors } from "@modelwright/models";
import { expect, test } from "vitest";

/** Some of the files of `test/conformance/exports`, which makes them, and holds all of them to the same. */
const FOLDER = new URL("fixtures/exports/", import.meta.url);
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith(".onnx"));

/** Both sides begin with the same float32 parameters; a float32 run of a few layers keeps about five digits. */
const RELATIVE = 2e-4;

test.each(FILES)("%s of PyTorch 2.15 has the output and the gradients of its module in float64", async (file) => {
  const exported = decodeModel(readFileSync(new URL(file, FOLDER)), { file });
  const { tensors } = readSafetensors(readFileSync(new URL(file.replace(/onnx$/, "safetensors"), FOLDER)), file);
  const under = (prefix: string) =>
    [...tensors].flatMap(([key, value]): [string, Tensor][] =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [],
    );
  const gradients = under("gradient.");
  const parameters = gradients.map(([name]) => name);
  const b = GraphBuilder.from(exported);
  const y = b.value(exported.outputs[0]!.name);
  b.output(b.op("ReduceMean", [b.op("Mul", [y, y])], { keepdims: 0 }), "loss");
  const trained = optimize(differentiate(b.build(), { loss: "loss", parameters }));
  const session = await (await defaultRuntime()).createSession(encodeModel(trained), { threads: 1 });
  const results = await session.run(Object.fromEntries(under("input."))).finally(() => session.release());
  const largest = Math.max(...gradients.map(([, value]) => magnitude(value)));
  for (const [name, value] of [[y.name, tensors.get("output")!] as const, ...gradients]) {
    const result = results[name === y.name ? name : gradientName(name)]!;
    const absolute = RELATIVE * Math.max(magnitude(value), largest / 1000);
    const closeness = allclose(result, value, { relative: RELATIVE, absolute });
    expect(closeness.isClose, `${name}: ${closeness.message}`).toBe(true);
  }
  expect(parameters.length).toBeGreaterThan(2);
});

function magnitude(tensor: Tensor): number {
  return toReference(tensor).data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
