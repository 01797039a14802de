import { expect, test } from "vitest";
import { RandomSource } from "../random/random-source.ts";
import { defaultRuntime } from "../runtime/default-runtime.ts";
import { tensorFrom, zeros } from "../tensor/tensor.ts";
import { Optimizer } from "./optimizer.ts";
import { ParameterArena } from "./parameter-arena.ts";

const LENGTH = 40_000;
const runtime = await defaultRuntime();

/** How far plain descent at the rate 1 moves weights whose gradient is `gradient` everywhere. */
async function moved(
  options: {
    readonly gradient?: number;
    readonly clipNorm?: number;
    readonly variance?: number;
    readonly updates?: number;
  },
  scale = 1,
): Promise<Float64Array> {
  const { gradient = 0, clipNorm = 0, variance = 0.09, updates = 0 } = options;
  const parameter = { name: "w", tensor: zeros("float32", [LENGTH]), decay: true, group: "encoder" };
  const arena = new ParameterArena([parameter, { ...parameter, name: "odd", tensor: zeros("float32", [3]) }]);
  const gradientNoise = { variance, random: RandomSource.fromSeed(3).stream("gradient-noise") };
  const chosen = { optimizer: "sgd", clipNorm, accumulate: true, gradientNoise } as const;
  const optimizer = await Optimizer.create(arena, chosen, runtime);
  optimizer.updates = updates;
  arena.gradient("w").data.fill(gradient);
  await optimizer.accumulate();
  await optimizer.update({ encoder: 1 }, { gradientScale: scale });
  expect(arena.gradient("w").data.every((value) => value === Math.fround(gradient))).toBe(true);
  const { offset, length } = arena.layout.place("odd");
  expect([...arena.weights.subarray(offset + 3, offset + length)]).toEqual(new Array(length - 3).fill(0));
  optimizer.release();
  return Float64Array.from(arena.weight("w").data, (weight) => -weight);
}

const moment = (values: Float64Array, power: number) =>
  values.reduce((sum, value) => sum + value ** power, 0) / values.length;

test.each([0, 9, 99])("after %d updates it is normal, of the paper's variance", async (updates) => {
  const noise = await moved({ updates });
  const variance = 0.09 / (1 + updates) ** 0.55;
  // Four standard errors of each moment.
  expect(Math.abs(moment(noise, 1))).toBeLessThan(4 * Math.sqrt(variance / LENGTH));
  expect(Math.abs(moment(noise, 2) / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / LENGTH));
  expect(Math.abs(moment(noise, 4) / variance ** 2 - 3)).toBeLessThan(4 * Math.sqrt(96 / LENGTH));
  const neighbours = noise.reduce((sum, value, i) => sum + value * (noise[i + 1] ?? 0), 0) / LENGTH;
  expect(Math.abs(neighbours / variance)).toBeLessThan(4 / Math.sqrt(LENGTH));
});

test("depends on seed and update alone, and differs between updates", async () => {
  expect(await moved({ updates: 5 })).toEqual(await moved({ updates: 5 }));
  expect(await moved({ updates: 5 })).not.toEqual(await moved({ updates: 6 }));
});

test("is added after scaling and clipping", async () => {
  const alone = await moved({});
  const clipped = await moved({ gradient: 10, clipNorm: 1 }, 0.5);
  for (const i of [0, 1, 777, LENGTH - 1]) expect(clipped[i]! - alone[i]!).toBeCloseTo(1 / Math.sqrt(LENGTH), 5);
});

test("needs sums to be added to", async () => {
  const arena = new ParameterArena([
    { name: "w", tensor: tensorFrom("float32", [1], [1]), decay: true, group: "encoder" },
  ]);
  const gradientNoise = { variance: 1, random: RandomSource.fromSeed(1) };
  await expect(Optimizer.create(arena, { optimizer: "sgd", gradientNoise }, runtime)).rejects.toThrow("accumulate");
});
