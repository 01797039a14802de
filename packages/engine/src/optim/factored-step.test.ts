import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { defaultRuntime } from "../runtime/default-runtime.ts";
import { tensorFrom, zeros } from "../tensor/tensor.ts";
import { Optimizer } from "./optimizer.ts";
import { ParameterArena } from "./parameter-arena.ts";
import type { OptimizerOptions } from "./update-rules.ts";

type Values = Readonly<Record<string, readonly number[]>>;

const fixture: {
  kept: number[];
  shapes: Readonly<Record<string, readonly number[]>>;
  weights: Values;
  gradients: readonly Values[];
  cases: Readonly<Record<string, readonly Values[]>>;
} = JSON.parse(readFileSync(new URL("../../fixtures/optimizers/adafactor.json", import.meta.url), "utf8"));

const CASES: Readonly<Record<string, Omit<OptimizerOptions, "optimizer"> & { readonly learningRate: number }>> = {
  plain: { learningRate: 0.05 },
  decay: { learningRate: 0.05, weightDecay: 0.1 },
  fast: { learningRate: 0.5 },
  clip: { learningRate: 0.05, clipNorm: 2 },
  eps: { learningRate: 0.05, eps: 0.5 },
};

test("the cases are those of the fixture", () => {
  expect(Object.keys(CASES)).toEqual(Object.keys(fixture.cases));
});

describe.each([
  { executor: "WebAssembly", shared: true },
  { executor: "ONNX Runtime", shared: false },
])("Adafactor with norms by $executor", ({ shared }) => {
  test.each(Object.entries(CASES))("follows PyTorch over 50 steps: %s", async (name, { learningRate, ...options }) => {
    const parameters = Object.entries(fixture.shapes).map(([name, shape]) => {
      return { name, tensor: tensorFrom("float32", shape, fixture.weights[name]!), decay: true, group: "encoder" };
    });
    const arena = new ParameterArena(parameters, { shared });
    const optimizer = await Optimizer.create(arena, { optimizer: "adafactor", ...options }, await defaultRuntime());
    let compared = 0;
    for (const [i, gradients] of fixture.gradients.entries()) {
      for (const [name, gradient] of Object.entries(gradients)) arena.gradient(name).data.set(gradient);
      await optimizer.update({ encoder: learningRate });
      const expected = fixture.cases[name]![fixture.kept.indexOf(i + 1)];
      for (const [name, values] of Object.entries(expected ?? {})) {
        for (const [j, value] of values.entries()) {
          expect(Math.abs(arena.weight(name).data[j]! - value)).toBeLessThan(1e-7 + 2e-5 * Math.abs(value));
          compared++;
        }
      }
    }
    expect(compared).toBe(fixture.kept.length * (12 + 5 + 36 + 1));
    optimizer.release();
  });
});

test("its state is as large as the rows and columns, and the arena holds nothing of it", async () => {
  let buffers = 0;
  class CountingArena extends ParameterArena {
    override allocate(): Float32Array {
      buffers++;
      return super.allocate();
    }
  }
  const shapes = { matrix: [300, 200], bias: [200], convolution: [8, 4, 5, 3] };
  const arena = new CountingArena(
    Object.entries(shapes).map(([name, shape]) => {
      return { name, tensor: zeros("float32", shape), decay: true, group: "encoder" };
    }),
  );
  const optimizer = await Optimizer.create(arena, { optimizer: "adafactor" }, await defaultRuntime());
  const floats = (slot: string) => optimizer.slots.get(slot)!.data.length;
  expect([...optimizer.slots.keys()]).toEqual(["rows", "columns"]);
  expect(floats("rows")).toBe(300 + 8 * 4 * 5);
  expect(floats("columns")).toBe(200 + 200 + 8 * 4 * 3);
  expect(buffers).toBe(2);
  optimizer.release();
});

test("L1 and L2 are part of the gradient, and spare biases", async () => {
  const moved = async (options: Omit<OptimizerOptions, "optimizer">, gradient: readonly number[], decay = true) => {
    const tensor = tensorFrom("float32", [2, 2], [1, -2, 3, -4]);
    const arena = new ParameterArena([{ name: "w", tensor, decay, group: "encoder" }]);
    const optimizer = await Optimizer.create(arena, { optimizer: "adafactor", ...options }, await defaultRuntime());
    arena.gradient("w").data.set(gradient);
    await optimizer.update({ encoder: 0.1 });
    optimizer.release();
    return [...arena.weight("w").data];
  };
  const gradient = [0.5, 1, -1, 2];
  expect(await moved({ l1: 0.5, l2: 2 }, gradient)).toEqual(await moved({}, [3, -3.5, 5.5, -6.5]));
  expect(await moved({ l1: 0.5, l2: 2 }, gradient, false)).toEqual(await moved({}, gradient));
});
