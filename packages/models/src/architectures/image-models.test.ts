import {
  defaultRuntime,
  encodeModel,
  RandomSource,
  type Tensor,
  tensorFrom,
  type Value,
  zeros,
} from "@modelwright/engine";
import { describe, expect, test } from "vitest";
import { groupNorm } from "../layers/group-norm.ts";
import { INFERENCE, type LayerContext } from "../layers/layer-context.ts";
import { averagePool } from "../layers/pooling.ts";
import { upsample } from "../layers/upsample.ts";
import { countParameters } from "../parameters/parameter.ts";
import { drawnParameters } from "../parameters/parameter-source.ts";
import { autoencoder, convolutionalAutoencoder } from "./autoencoder.ts";
import { buildModel } from "./built-model.ts";
import { mlp } from "./mlp.ts";
import { mobilenetV2 } from "./mobilenet-v2.ts";
import { resnet } from "./resnet.ts";
import { textCnn } from "./text-cnn.ts";
import { uNet } from "./u-net.ts";
import { standardNormalDivergence, variationalAutoencoder } from "./variational-autoencoder.ts";

type Layers = (c: LayerContext, x: Value) => Value | Readonly<Record<string, Value>>;

function build(shape: readonly number[], layers: Layers, options: { dtype?: "int64"; source?: "zeros" } = {}) {
  return buildModel({
    name: "model",
    source:
      options.source === "zeros"
        ? { take: (request) => zeros("float32", request.shape) }
        : drawnParameters(RandomSource.fromSeed(3)),
    build: INFERENCE,
    body: (c) => {
      const x = c.b.input("x", options.dtype ?? "float32", ["batch", ...shape]);
      const outputs = layers(c, x);
      return { inputs: [x], outputs: "name" in outputs ? { y: outputs as Value } : outputs };
    },
  });
}

async function run(built: ReturnType<typeof build>, x: Tensor): Promise<Record<string, Tensor>> {
  const session = await (await defaultRuntime()).createSession(encodeModel(built.graph), { threads: 1 });
  return session.run({ x }).finally(() => session.release());
}

const uniform = (...shape: number[]) => {
  const random = RandomSource.fromSeed(5);
  const size = shape.reduce((product, length) => product * length, 1);
  return tensorFrom(
    "float32",
    shape,
    Array.from({ length: size }, () => random.uniform()),
  );
};

/** Of the models that torchvision publishes, for 1000 classes. */
test.each<[string, number, Layers]>([
  ["ResNet-18", 11_689_512, (c, x) => resnet(c, x, { depth: 18, classes: 1000 })],
  ["ResNet-34", 21_797_672, (c, x) => resnet(c, x, { depth: 34, classes: 1000 })],
  ["ResNet-50", 25_557_032, (c, x) => resnet(c, x, { depth: 50, classes: 1000 })],
  ["MobileNetV2", 3_504_872, (c, x) => mobilenetV2(c, x, { classes: 1000 })],
])("%s has %d parameters and gives a score for each class", (_, count, layers) => {
  const built = build([3, 224, 224], layers, { source: "zeros" });
  expect(countParameters(built.parameters)).toBe(count);
  expect(built.graph.outputs[0]!.shape).toEqual(["batch", 1000]);
});

test("U-Net has as many parameters as its table of layers, and gives an image of the same size", () => {
  const built = build([1, 64, 64], (c, x) => uNet(c, x, { outputs: 2, width: 8, depth: 3 }));
  const twice = (from: number, to: number) => 9 * from * to + 9 * to * to + 4 * to;
  const enlarge = (from: number, to: number) => 4 * from * to + to;
  const down = twice(1, 8) + twice(8, 16) + twice(16, 32) + twice(32, 64);
  const up = enlarge(64, 32) + twice(64, 32) + enlarge(32, 16) + twice(32, 16) + enlarge(16, 8) + twice(16, 8);
  expect(countParameters(built.parameters)).toBe(down + up + 8 * 2 + 2);
  expect(built.graph.outputs[0]!.shape).toEqual(["batch", 2, 64, 64]);
});

test("TextCNN's answer does not depend on padding", async () => {
  const tokens = (rows: readonly (readonly number[])[]) =>
    tensorFrom("int64", [rows.length, rows[0]!.length], rows.flat());
  for (const kernels of [[3, 4, 5], [1], [2]]) {
    const model = buildModel({
      name: "text-cnn",
      source: drawnParameters(RandomSource.fromSeed(3)),
      build: INFERENCE,
      body: (c) => {
        const x = c.b.input("x", "int64", ["batch", "sequence"]);
        return { inputs: [x], outputs: { y: textCnn(c, x, { vocabulary: 9, width: 6, classes: 3, kernels }) } };
      },
    });
    const { y: short } = await run(model, tokens([[4, 5, 6, 1, 2, 8]]));
    const { y: long } = await run(model, tokens([[4, 5, 6, 1, 2, 8, 0, 0, 0, 0], new Array(10).fill(3)]));
    for (const [i, value] of (short!.data as Float32Array).entries()) expect(long!.data[i]).toBeCloseTo(value, 5);
  }
});

describe("shapes", () => {
  test.each<[string, readonly number[], Layers, Record<string, (number | string)[]>]>([
    ["mlp", [4, 5], (c, x) => mlp(c, x, { hidden: [8, 6], outputs: 3 }), { y: ["batch", 3] }],
    [
      "autoencoder",
      [20],
      (c, x) => ({ ...autoencoder(c, x, { hidden: [12], code: 4 }) }),
      { code: ["batch", 4], logits: ["batch", 20] },
    ],
    [
      "convolutional autoencoder",
      [1, 16, 16],
      (c, x) => ({ ...convolutionalAutoencoder(c, x, { features: [4, 8] }) }),
      { code: ["batch", 8, 4, 4], logits: ["batch", 1, 16, 16] },
    ],
    [
      "variational autoencoder",
      [20],
      (c, x) => ({ ...variationalAutoencoder(c, x, { hidden: [12], code: 4 }) }),
      { mean: ["batch", 4], logVariance: ["batch", 4], code: ["batch", 4], logits: ["batch", 20] },
    ],
    ["upsample", [2, 3, 4], (c, x) => upsample(c, x, { scale: 3 }), { y: ["batch", 2, 9, 12] }],
    ["averagePool", [2, 6, 4], (c, x) => averagePool(c, x, { size: 2 }), { y: ["batch", 2, 3, 2] }],
  ])("%s", (_, shape, layers, outputs) => {
    const { graph } = build(shape, layers);
    expect(Object.fromEntries(graph.outputs.map((output) => [output.name, output.shape]))).toEqual(outputs);
  });
});

test("groupNorm gives each group of a row mean 0 and variance 1", async () => {
  const { y } = await run(
    build([6, 5], (c, x) => groupNorm(c, x, { name: "norm", groups: 2 })),
    uniform(3, 6, 5),
  );
  for (let group = 0; group < 6; group++) {
    const values = Array.from(y!.data as Float32Array).slice(group * 15, group * 15 + 15);
    const mean = values.reduce((sum, value) => sum + value, 0) / 15;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 15;
    expect(mean).toBeCloseTo(0, 5);
    expect(variance).toBeCloseTo(1, 3);
  }
});

test("standardNormalDivergence is that of the closed form, and 0 for a standard normal code", async () => {
  const rows = [
    [0.5, -1],
    [0, 0],
  ];
  const built = build([2], (c, mean) => {
    const logVariance = c.b.op("Mul", [mean, c.b.scalar(-0.5)]);
    return standardNormalDivergence(c, { mean, logVariance });
  });
  const expected = rows.map((row) => row.reduce((sum, m) => sum + 0.5 * (m * m + Math.exp(-0.5 * m) - 1 + 0.5 * m), 0));
  const { y } = await run(built, tensorFrom("float32", [2, 2], rows.flat()));
  expect(y!.data[0]).toBeCloseTo((expected[0]! + expected[1]!) / 2, 6);
  expect(expected[1]).toBe(0);
});
