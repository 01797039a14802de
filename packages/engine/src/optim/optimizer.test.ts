import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { defaultRuntime } from "../runtime/default-runtime.ts";
import { tensorFrom, zeros } from "../tensor/tensor.ts";
import { Optimizer } from "./optimizer.ts";
import { ParameterArena } from "./parameter-arena.ts";
import { type OptimizerName, type OptimizerOptions, UPDATE_RULES } from "./update-rules.ts";

const fixture: {
  weights: number[];
  gradients: number[][];
  cases: Record<string, { weights: number[][]; norms: number[] }>;
  lambWeights: number[];
  lamb: Record<string, number[][]>;
} = JSON.parse(readFileSync(new URL("../../fixtures/optimizers/optimizers.json", import.meta.url), "utf8"));

const CASES: Readonly<Record<string, OptimizerOptions>> = {
  sgd: { optimizer: "sgd" },
  "sgd-l2": { optimizer: "sgd", l2: 0.1 },
  momentum: { optimizer: "momentum" },
  nesterov: { optimizer: "nesterov" },
  adam: { optimizer: "adam" },
  "adam-l2": { optimizer: "adam", l2: 0.1 },
  adamw: { optimizer: "adamw", weightDecay: 0.1 },
  "adamw-clip": { optimizer: "adamw", weightDecay: 0.1, clipNorm: 2 },
  rmsprop: { optimizer: "rmsprop" },
  "rmsprop-l2": { optimizer: "rmsprop", beta2: 0.9, l2: 0.1 },
  adagrad: { optimizer: "adagrad" },
  lion: { optimizer: "lion" },
  "lion-decay": { optimizer: "lion", weightDecay: 0.1 },
};

test("the cases are those of the fixture", () => {
  expect(Object.keys(CASES)).toEqual(Object.keys(fixture.cases));
});

describe.each([
  { executor: "compiled to WebAssembly", shared: true },
  { executor: "run by ONNX Runtime", shared: false },
])("Optimizer $executor", ({ shared }) => {
  function arenaOf(values: readonly number[], decay = true): ParameterArena {
    const tensor = tensorFrom("float32", [values.length], values);
    return new ParameterArena([{ name: "w", tensor, decay, group: "encoder" }], { shared });
  }

  test.each(Object.keys(CASES))("%s follows PyTorch step by step", async (name) => {
    const arena = arenaOf(fixture.weights);
    const optimizer = await Optimizer.create(arena, CASES[name]!, await defaultRuntime());
    const expected = fixture.cases[name]!;
    for (const [step, gradient] of fixture.gradients.entries()) {
      arena.gradient("w").data.set(gradient);
      const { gradientNorm } = await optimizer.update({ encoder: 0.05 });
      expect(gradientNorm).toBeCloseTo(expected.norms[step]!, 4);
      for (const [i, weight] of expected.weights[step]!.entries())
        expect(arena.weight("w").data[i]).toBeCloseTo(weight, 5);
    }
    optimizer.release();
  });

  test.each([
    ["plain", {}],
    ["decay", { weightDecay: 0.1 }],
    ["clip", { weightDecay: 0.1, clipNorm: 2 }],
  ])("lamb follows timm step by step, tensor by tensor: %s", async (name, chosen) => {
    const places = { v: [0, 5], w: [5, 20], b: [20, 22], z: [22, 24] } as const;
    const parameters = Object.entries(places).map(([name, [start, end]]) => ({
      name,
      tensor: tensorFrom("float32", [end - start], fixture.lambWeights.slice(start, end)),
      decay: name !== "b",
      group: "encoder",
    }));
    const arena = new ParameterArena(parameters, { shared });
    const options: OptimizerOptions = { optimizer: "lamb", ...chosen };
    const optimizer = await Optimizer.create(arena, options, await defaultRuntime());
    const expected = fixture.lamb[name]!;
    for (const [step, gradient] of fixture.gradients.entries()) {
      for (const [name, bounds] of Object.entries(places)) arena.gradient(name).data.set(gradient.slice(...bounds));
      await optimizer.update({ encoder: 0.05 });
      const weights = Object.keys(places).flatMap((name) => [...arena.weight(name).data]);
      for (const [i, weight] of expected[step]!.entries()) expect(weights[i]).toBeCloseTo(weight, 5);
    }
    optimizer.release();
  });

  test("lamb moves a tensor of zeros by the learning rate alone, and one without a gradient not at all", async () => {
    const arena = new ParameterArena(
      ["still", "zeros"].map((name) => {
        const tensor = tensorFrom("float32", [2], name === "zeros" ? [0, 0] : [1, 2]);
        return { name, tensor, decay: true, group: "encoder" };
      }),
      { shared },
    );
    const optimizer = await Optimizer.create(arena, { optimizer: "lamb" }, await defaultRuntime());
    arena.gradient("zeros").data.set([3, -4]);
    await optimizer.update({ encoder: 0.1 });
    expect([...arena.weight("still").data]).toEqual([1, 2]);
    expect(arena.weight("zeros").data[0]).toBeCloseTo(-0.1, 6);
    expect(arena.weight("zeros").data[1]).toBeCloseTo(0.1, 6);
    optimizer.release();
  });

  test("L1 pulls weights towards zero by the learning rate times λ", async () => {
    const arena = arenaOf([1, -1, 0]);
    const optimizer = await Optimizer.create(arena, { optimizer: "sgd", l1: 0.5 }, await defaultRuntime());
    await optimizer.update({ encoder: 0.1 });
    expect([...arena.weight("w").data]).toEqual([Math.fround(0.95), -Math.fround(0.95), 0]);
    optimizer.release();
  });

  test("biases and norms are spared from decay", async () => {
    const arena = arenaOf([1, 2], false);
    const options: OptimizerOptions = { optimizer: "adamw", weightDecay: 0.5, l1: 1, l2: 1 };
    const optimizer = await Optimizer.create(arena, options, await defaultRuntime());
    await optimizer.update({ encoder: 0.1 });
    expect([...arena.weight("w").data]).toEqual([1, 2]);
    optimizer.release();
  });

  test("accumulated gradients equal their sum", async () => {
    const runtime = await defaultRuntime();
    const once = arenaOf(fixture.weights);
    const many = arenaOf(fixture.weights);
    const first = await Optimizer.create(once, { optimizer: "adamw" }, runtime);
    const second = await Optimizer.create(many, { optimizer: "adamw", accumulate: true }, runtime);
    for (let update = 0; update < 3; update++) {
      const [a, b] = [fixture.gradients[2 * update]!, fixture.gradients[2 * update + 1]!];
      once.gradient("w").data.set(a.map((value, i) => value + b[i]!));
      await first.update({ encoder: 0.05 }, { gradientScale: 0.5 });
      for (const part of [a, b]) {
        many.gradient("w").data.set(part);
        await second.accumulate();
      }
      await second.update({ encoder: 0.05 }, { gradientScale: 0.5 });
    }
    for (const [i, weight] of once.weight("w").data.entries()) expect(many.weight("w").data[i]).toBeCloseTo(weight, 6);
    first.release();
    second.release();
  });

  test("a gradient that is not finite leaves the weights alone", async () => {
    const arena = arenaOf([1, 2, 3]);
    const optimizer = await Optimizer.create(arena, { optimizer: "adamw", clipNorm: 1 }, await defaultRuntime());
    arena.gradient("w").data[1] = Number.NaN;
    expect((await optimizer.update({ encoder: 0.1 })).gradientNorm).toBeNaN();
    expect([...arena.weight("w").data]).toEqual([1, 2, 3]);
    expect(optimizer.updates).toBe(0);
    optimizer.release();
  });

  test("after gradients that are not finite the next sum starts anew", async () => {
    const arena = arenaOf([1, 2, 3]);
    const options = { optimizer: "sgd", accumulate: true } as const;
    const optimizer = await Optimizer.create(arena, options, await defaultRuntime());
    for (const value of [Number.NaN, 10]) {
      arena.gradient("w").data.fill(value);
      await optimizer.accumulate();
      await optimizer.update({ encoder: 0.1 });
    }
    expect([...arena.weight("w").data]).toEqual([0, 1, 2]);
    optimizer.release();
  });

  test("a gradient whose square float32 cannot hold counts as not finite", async () => {
    const arena = arenaOf([1, 2, 3]);
    const optimizer = await Optimizer.create(arena, { optimizer: "adam" }, await defaultRuntime());
    arena.gradient("w").data[1] = 1e30;
    expect((await optimizer.update({ encoder: 0.1 })).gradientNorm).toBe(Number.POSITIVE_INFINITY);
    expect([...arena.weight("w").data]).toEqual([1, 2, 3]);
    optimizer.release();
  });

  test("a weight larger than a chunk is updated to its last element", async () => {
    const size = (1 << 18) + 77;
    const arena = arenaOf(new Array(size).fill(1));
    arena.gradient("w").data.fill(1);
    const optimizer = await Optimizer.create(arena, { optimizer: "sgd" }, await defaultRuntime());
    await optimizer.update({ encoder: 0.5 });
    expect(arena.weight("w").data.every((value) => value === 0.5)).toBe(true);
    optimizer.release();
  });
});

describe("ParameterArena", () => {
  test("groups parameters that are updated alike and keeps their values", () => {
    const parameter = (name: string, decay: boolean, group: string, size: number) => ({
      name,
      decay,
      group,
      tensor: tensorFrom(
        "float32",
        [size],
        Array.from({ length: size }, (_, i) => i + 1),
      ),
    });
    const arena = new ParameterArena([
      parameter("b", false, "head", 3),
      parameter("w", true, "head", 20),
      parameter("e", true, "encoder", 5),
      parameter("v", true, "head", 2),
    ]);
    expect(arena.segments).toEqual([
      { group: "encoder", decay: true, offset: 0, length: 16 },
      { group: "head", decay: true, offset: 16, length: 48 },
      { group: "head", decay: false, offset: 64, length: 16 },
    ]);
    expect(arena.tensors.map(({ offset, length }) => [offset, length])).toEqual([
      [0, 16],
      [16, 16],
      [32, 32],
      [64, 16],
    ]);
    expect([...arena.weight("b").data]).toEqual([1, 2, 3]);
    arena.weight("b").data[0] = 9;
    expect(arena.weights[64]).toBe(9);
  });
});

test.each([...(Object.keys(UPDATE_RULES) as OptimizerName[]), "adafactor" as const])(
  "%s allocates as many buffers as it is counted with",
  async (optimizer) => {
    let buffers = 0;
    class CountingArena extends ParameterArena {
      override allocate(): Float32Array {
        buffers++;
        return super.allocate();
      }
    }
    const arena = new CountingArena([{ name: "w", tensor: zeros("float32", [4]), decay: true, group: "encoder" }]);
    const created = await Optimizer.create(arena, { optimizer, accumulate: true }, await defaultRuntime());
    expect(buffers).toBe(Optimizer.buffers({ optimizer, accumulate: true }));
    created.release();
  },
);
