import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tensorFrom } from "@modelwright/engine";
import { batchNorm, defineModel, dense, meanSquaredError } from "@modelwright/models";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadTrainedModel } from "./load-trained-model.ts";
import { trainModel } from "./train-model.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-load-"));
});
afterAll(() => rm(directory, { recursive: true }));

const network = (width: number) =>
  defineModel({
    name: "network",
    inputs: { x: { dtype: "float32", shape: ["batch", 2] } },
    targets: { y: { dtype: "float32", shape: ["batch", 1] } },
    forward: (c, { x }) => {
      const hidden = batchNorm(c, dense(c, x, { name: "hidden", width }), { name: "norm" }); // has buffers
      return { predicted: dense(c, c.b.op("Tanh", [hidden]), { name: "last", width: 1 }) };
    },
    loss: (c, { outputs, targets }) => meanSquaredError(c, { predictions: outputs.predicted, targets: targets.y }),
  });

const xs = Array.from({ length: 32 }, (_, i) => Math.sin(i));
const x = tensorFrom("float32", [16, 2], xs);
const y = tensorFrom("float32", [16, 1], xs.slice(16));
const data = { tensors: { x, y } };
const options = { data, learningRate: 0.01, epochs: 3 };

test("a saved model comes back with the same answers and the same loss, and trains on from there", async () => {
  const trained = await trainModel(network(4), options);
  await trained.save(directory);
  const loaded = await loadTrainedModel(network(4), directory);
  expect(await loaded.predict({ x })).toEqual(await trained.predict({ x }));
  const loss = await loaded.evaluate(data);
  expect(loss).toBe(await trained.evaluate(data));
  const further = await trainModel(network(4), { ...options, parameters: loaded.weights, epochs: 10 });
  expect(await further.evaluate(data)).toBeLessThan(loss);
  for (const model of [trained, loaded, further]) model.release();
});

test("refuses weights of another architecture, and a folder without any", async () => {
  await expect(loadTrainedModel(network(5), directory)).rejects.toMatchObject({
    code: "MODEL_WEIGHTS_INVALID",
    message: expect.stringContaining('"hidden.weight", float32 [2, 5]'),
  });
  await expect(loadTrainedModel(network(4), join(directory, "nowhere"))).rejects.toMatchObject({
    code: "MODEL_WEIGHTS_INVALID",
    message: expect.stringContaining("model.safetensors"),
  });
  await writeFile(join(directory, "model.safetensors"), "no tensors");
  await expect(loadTrainedModel(network(4), directory)).rejects.toMatchObject({ code: "MODEL_WEIGHTS_INVALID" });
});

test("refuses weights of which the definition knows only a part, and names the others", async () => {
  const wider = defineModel({
    ...network(4),
    forward: (c, { x }) => {
      const { predicted } = network(4).forward(c, { x });
      return { predicted: batchNorm(c, dense(c, predicted, { name: "extra", width: 1 }), { name: "after" }) };
    },
  });
  const trained = await trainModel(wider, options);
  await trained.save(directory);
  trained.release();
  const surplus =
    '"after.bias", "after.running_mean", "after.running_var", "after.weight", "extra.bias" or "extra.weight"';
  await expect(loadTrainedModel(network(4), directory)).rejects.toMatchObject({
    code: "MODEL_WEIGHTS_INVALID",
    message: expect.stringContaining(`the architecture knows no ${surplus}. `),
  });
});

test("weights that only the loss has come back too", async () => {
  const model = defineModel({
    ...network(4),
    loss: (c, { outputs, targets }) =>
      meanSquaredError(c, {
        predictions: batchNorm(c, dense(c, outputs.predicted, { name: "scale", width: 1 }), { name: "norm" }),
        targets: targets.y,
      }),
  });
  const trained = await trainModel(model, options);
  await trained.save(directory);
  const loaded = await loadTrainedModel(model, directory);
  for (const name of ["loss.scale.weight", "loss.norm.running_mean"]) {
    expect(loaded.weights.get(name)).toEqual(trained.weights.get(name));
    expect(loaded.weights.has(name)).toBe(true);
  }
  expect(await loaded.evaluate(data)).toBe(await trained.evaluate(data));
  for (const ready of [trained, loaded]) ready.release();
});
