import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { RandomSource } from "../../random/random-source.ts";
import { defaultRuntime } from "../../runtime/default-runtime.ts";
import { type Tensor, zeros } from "../../tensor/tensor.ts";
import { Optimizer } from "../optimizer.ts";
import { ParameterArena } from "../parameter-arena.ts";
import type { OptimizerOptions } from "../update-rules.ts";

const EVERYTHING = { weightDecay: 0.1, l1: 0.01, l2: 0.02, clipNorm: 1 };
/** Enough for three threads, and several chunks in each segment. */
const LARGE = 1_000_000;

function randomTensor(name: string, length: number): Tensor<"float32"> {
  const result = zeros("float32", [length]);
  const random = RandomSource.fromSeed(1).stream(name);
  for (let i = 0; i < length; i++) result.data[i] = random.normal();
  return result;
}

/** Three updates from random gradients: all buffers and the norms. */
async function train(length: number, options: OptimizerOptions, { shared = true, threads = 1 }) {
  const parameters = ["w", "b"].map((name) => ({
    name,
    tensor: randomTensor(name, name === "w" ? length : Math.ceil(length / 7)),
    decay: name === "w",
    group: "encoder",
  }));
  const arena = new ParameterArena(parameters, { shared });
  const optimizer = await Optimizer.create(arena, options, await defaultRuntime(), { threads });
  const norms: number[] = [];
  for (let step = 0; step < 3; step++) {
    for (const name of arena.names) {
      const { data, shape } = arena.gradient(name);
      data.set(randomTensor(`${name}${step}`, shape[0]!).data);
    }
    norms.push((await optimizer.update({ encoder: 0.01 }, { gradientScale: 0.5 })).gradientNorm);
  }
  optimizer.release();
  return { buffers: [arena.weights, ...Array.from(optimizer.slots.values(), ({ data }) => data)], norms };
}

describe("KernelExecutor", () => {
  test.each(["sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad", "lion", "lamb"] as const)(
    "%s with every regulariser agrees with the graphs in ONNX Runtime",
    async (optimizer) => {
      const kernels = await train(5000, { optimizer, ...EVERYTHING }, { shared: true });
      const graphs = await train(5000, { optimizer, ...EVERYTHING }, { shared: false });
      for (const [i, norm] of graphs.norms.entries()) expect(kernels.norms[i]! / norm).toBeCloseTo(1, 6);
      for (const [i, buffer] of graphs.buffers.entries()) {
        const difference = buffer.reduce((max, x, j) => Math.max(max, Math.abs(x - kernels.buffers[i]![j]!)), 0);
        expect(difference).toBeLessThan(1e-6);
      }
    },
  );

  test.each(["adamw", "lamb"] as const)("%s gives the same bits whatever the number of threads", async (optimizer) => {
    const options = { optimizer, ...EVERYTHING };
    const one = await train(LARGE, options, { threads: 1 });
    const three = await train(LARGE, options, { threads: 3 });
    expect(three.norms).toEqual(one.norms);
    for (const [i, buffer] of one.buffers.entries()) {
      expect(Buffer.compare(bytesOf(three.buffers[i]!), bytesOf(buffer))).toBe(0);
    }
  });

  test("moments that decay into the denormals end at zero", async () => {
    const arena = new ParameterArena([{ name: "w", tensor: zeros("float32", [4]), decay: true, group: "encoder" }]);
    const optimizer = await Optimizer.create(arena, { optimizer: "adam" }, await defaultRuntime());
    const [m, v] = [optimizer.slots.get("m")!.data, optimizer.slots.get("v")!.data];
    m.set([2 ** -126, -(2 ** -126), 2 ** -120, Number.NaN]);
    v.set([2 ** -126, 2 ** -149, 2 ** -120, 1]);
    await optimizer.update({ encoder: 0.1 });
    expect([...m.subarray(0, 4)]).toEqual([0, 0, Math.fround(2 ** -120 * Math.fround(0.9)), Number.NaN]);
    expect([...v.subarray(0, 3)]).toEqual([0, 0, Math.fround(2 ** -120 * Math.fround(0.999))]);
    optimizer.release();
  });

  test("sleeping threads let the process end", async () => {
    const engine = JSON.stringify(new URL("../../../dist/index.js", import.meta.url));
    const script = `
      const { defaultRuntime, Optimizer, ParameterArena, zeros } = await import(${engine});
      const tensor = zeros("float32", [${LARGE}]);
      const arena = new ParameterArena([{ name: "w", tensor, decay: true, group: "encoder" }]);
      const optimizer = await Optimizer.create(arena, { optimizer: "adam" }, await defaultRuntime(), { threads: 3 });
      for (let i = 0; i < 10; i++) await optimizer.update({ encoder: 0.1 });
      process.stdout.write(String(optimizer.updates));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
    expect(stdout).toBe("10");
  });
});

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
