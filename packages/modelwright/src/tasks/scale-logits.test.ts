import { decodeModel, defaultRuntime, encodeModel, GraphBuilder, tensorFrom } from "@modelwright/engine";
import { expect, test } from "vitest";
import { scaleLogits } from "./scale-logits.ts";

/** logits = 2 · x beside another output that reads them, each in its place. */
function model(): Uint8Array {
  const b = new GraphBuilder({ name: "scores" });
  const x = b.input("x", "float32", ["batch", 3]);
  const logits = b.output(b.op("Mul", [x, b.scalar(2)]), "logits");
  b.output(b.op("Neg", [logits]), "opposite");
  return encodeModel(b.build());
}

async function run(bytes: Uint8Array) {
  const session = await (await defaultRuntime()).createSession(bytes, { threads: 1 });
  const outputs = await session.run({ x: tensorFrom("float32", [2, 3], [1, 2, 3, -4, 5, 0.5]) });
  session.release();
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { data }]) => [name, Array.from(data as Float32Array)]),
  );
}

test("scales the logits and nothing else", async () => {
  expect(await run(scaleLogits(model(), 0.25))).toEqual({
    logits: [0.5, 1, 1.5, -2, 2.5, 0.25],
    opposite: [-2, -4, -6, 8, -10, -1],
  });
});

test("keeps inputs, outputs and their order, and scales what was scaled", async () => {
  const scaled = scaleLogits(scaleLogits(model(), 0.25), 4);
  const [before, after] = [decodeModel(model()), decodeModel(scaled)];
  expect(after.inputs).toEqual(before.inputs);
  expect(after.outputs).toEqual(before.outputs);
  expect((await run(scaled))["logits"]).toEqual([2, 4, 6, -8, 10, 1]);
});
