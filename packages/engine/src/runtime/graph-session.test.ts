import { afterEach, describe, expect, test } from "vitest";
import { GraphBuilder } from "../graph/builder.ts";
import { tensorFrom } from "../tensor/tensor.ts";
import { defaultRuntime } from "./default-runtime.ts";
import { createGraphSession } from "./graph-session.ts";
import type { Session } from "./runtime.ts";

const [ROWS, WIDTH] = [3, 160];
const waves = (count: number, step: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(step * i));
const weight = tensorFrom("float32", [WIDTH, WIDTH], waves(WIDTH * WIDTH, 0.7));
const x = tensorFrom("float32", [ROWS, WIDTH], waves(ROWS * WIDTH, 0.3));

/** A product with a large weight, and a small bias. */
function graph() {
  const b = new GraphBuilder({ name: "product" });
  const rows = b.input("x", "float32", ["rows", WIDTH]);
  const product = b.op("MatMul", [rows, b.initializer("weight", weight)]);
  b.output(b.op("Add", [product, b.initializer("bias", tensorFrom("float32", [WIDTH], waves(WIDTH, 0.1)))]), "y");
  return b.build();
}

const open: Session[] = [];
const session = async (lendFrom: number) => {
  const made = await createGraphSession(await defaultRuntime(), graph(), { lendFrom, threads: 1 });
  open.push(made);
  return made;
};
afterEach(() => {
  for (const each of open.splice(0)) each.release();
});

describe("a session of a graph whose weights are lent", () => {
  test("asks for what the graph asks for, and no more", async () => {
    const [held, lent] = [await session(Number.POSITIVE_INFINITY), await session(0)];
    expect(lent.inputs).toEqual(held.inputs);
    expect(lent.outputs).toEqual(held.outputs);
  });

  test("gives what one gives that holds them, in every way of running", async () => {
    const { y: expected } = await (await session(Number.POSITIVE_INFINITY)).run({ x });
    const lent = await session(0);
    const y = tensorFrom("float32", [ROWS, WIDTH], new Float32Array(ROWS * WIDTH));
    const bound = lent.bind({ inputs: { x }, outputs: { y } });
    await bound.run();
    bound.release();
    const near = (data: ArrayLike<number>) =>
      Math.max(...Array.from(data, (value, i) => Math.abs(value - Number(expected!.data[i]))));
    expect(near((await lent.run({ x })).y!.data as Float32Array)).toBeLessThan(1e-4);
    expect(
      near((await lent.runHeld({ x }, { fetches: ["y"], hold: [] })).tensors["y"]!.data as Float32Array),
    ).toBeLessThan(1e-4);
    expect(near(y.data)).toBeLessThan(1e-4);
  });

  test("reads a weight where it lies", async () => {
    const lent = await session(0);
    const [first] = weight.data;
    const before = (await lent.run({ x })).y!.data[0] as number;
    weight.data[0] = first! + 1;
    const after = (await lent.run({ x })).y!.data[0] as number;
    weight.data[0] = first!;
    expect(after - before).toBeCloseTo(x.data[0]!, 4);
  });
});
