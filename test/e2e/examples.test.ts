import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runExample } from "./support/run-example.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-examples-"));
});
afterAll(() => rm(folder, { recursive: true }));

const run = (name: string, ...values: readonly string[]) => runExample(name, { folder, values });

test("ten points of y = 2x by plain gradient descent: the weights to 1e-3, and the curve as a picture", async () => {
  const told = await run("linear-regression.ts");
  const value = (name: string) => Number(new RegExp(`${name} = (\\S+)`).exec(told)?.[1]);
  expect(Math.abs(value("line.weight") - 2)).toBeLessThan(1e-3);
  expect(Math.abs(value("line.bias"))).toBeLessThan(1e-3);
  const points = /points="([^"]+)"/.exec(await readFile(join(folder, "loss-curve.svg"), "utf8"))![1]!.split(" ");
  const heights = points.map((point) => Number(point.split(",")[1]));
  expect(heights).toHaveLength(200);
  // Downwards in the picture is a smaller loss.
  expect(heights.slice(0, 100).every((height, i) => height >= (heights[i - 1] ?? 0))).toBe(true);
  expect(heights.at(-1)).toBeLessThan(330);
});

test("a model with an architecture and a loss of its own learns its rings and is saved", async () => {
  const told = await run("custom-model.ts");
  expect(Number(/right: (\d+) of 600/.exec(told)?.[1])).toBeGreaterThan(570);
  expect(JSON.parse(await readFile(join(folder, "rings", "config.json"), "utf8"))).toMatchObject({ name: "rings" });
});

test.each([
  ["bert-pretraining.ts", "bert-brown", "perplexity", "[MASK]"],
  ["gpt-pretraining.ts", "gpt-brown", "perplexity", "<|endoftext|>"],
])("%s pre-trains on a folder of text and writes the model's folder", async (program, model, measure, token) => {
  const texts = join(folder, "texts");
  await mkdir(texts, { recursive: true });
  const sentence = "The cat sat on the mat and looked at the dog. It slept. ";
  for (let at = 0; at < 4; at++) await writeFile(join(texts, `${at}.txt`), `${at} `.repeat(3) + sentence.repeat(60));
  const told = await run(program, texts, "2");
  expect(told).toContain(measure);
  expect(told).toContain("best after 2 updates");
  expect(await readFile(join(folder, model, "tokenizer.json"), "utf8")).toContain(token);
  expect((await readFile(join(folder, model, "onnx", "model.onnx"))).byteLength).toBeGreaterThan(1_000_000);
});

test("two LSTM layers foresee a series better than its last value does", async () => {
  const told = await run("series.ts");
  const value = (what: string) => Number(new RegExp(`${what}: (\\S+?)(?:;|\\n)`).exec(told)?.[1]);
  expect(value("error")).toBeLessThan(0.75 * value("again"));
  expect(value("error")).toBeGreaterThan(value("alone") * 0.9);
});

// A thousand digits and a few passes: that each program learns, not how well it does on all of its data.
test("a dense network reads digits that it was not trained on", async () => {
  const told = await run("mnist-dense.ts", "6", "1000");
  expect(Number(/held-out \w+: (\S+)/.exec(told)?.[1])).toBeGreaterThan(0.8);
});

test("digit-autoencoder.ts brings noisy digits nearer to the clean ones", async () => {
  const told = await run("digit-autoencoder.ts", "6", "1000");
  const noisy = Number(/digits: (\S+) with the noise/.exec(told)?.[1]);
  expect(noisy).toBeGreaterThan(0.08);
  expect(Number(/cleaned: (\S+)/.exec(told)?.[1])).toBeLessThan(0.6 * noisy);
});
