import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RecipeInput } from "@modelwright/contracts";
import { loadTokenizer } from "@modelwright/data";
import { defaultRuntime, tensorFrom } from "@modelwright/engine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleComplaints } from "../tasks/multi-label-classification/sample-complaints.ts";
import { sampleTickets } from "../tasks/text-classification/sample-tickets.ts";
import { sampleReviews } from "../tasks/text-regression/sample-reviews.ts";
import { loadModel } from "./load-model.ts";
import type { RunEvent } from "./run-event.ts";
import { train } from "./train.ts";

const fixtures = fileURLToPath(new URL("../../../../test/parity/fixtures/", import.meta.url));

/** A model as transformers.js has it on the hub: no weights but a quantised graph. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-from-onnx-"));
  await cp(join(fixtures, "encoders/bert"), join(folder, "bert"), {
    recursive: true,
    filter: (file) => !file.endsWith(".safetensors"),
  });
  await cp(join(fixtures, "onnx-encoders/bert.dynamic.onnx"), join(folder, "bert/onnx/model_quantized.onnx"));
  await writeFile(join(folder, "tickets.csv"), sampleTickets());
  await writeFile(join(folder, "complaints.csv"), sampleComplaints());
  await writeFile(join(folder, "reviews.csv"), sampleReviews());
});
afterAll(() => rm(folder, { recursive: true }));

async function run(recipe: Partial<RecipeInput> & { readonly task: string; readonly name: string }) {
  const events: RunEvent[] = [];
  const whole = { evaluate: { bootstrap: 100 }, ...recipe } as RecipeInput;
  const result = await train(whole, { registry: join(folder, "registry"), onEvent: (event) => events.push(event) });
  return { ...result, events };
}

const base = () => join(folder, "bert");

test("a quantised ONNX file is fine-tuned; the version gives the same in ONNX Runtime and by the SDK", async () => {
  const { directory, events, status } = await run({
    name: "tickets",
    task: "text-classification",
    data: { source: join(folder, "tickets.csv") },
    model: { base: base(), maxLength: 32, fineTune: "full" },
    train: { epochs: 1, learningRate: 1e-3 },
  });
  expect(status).toBe("finished");
  const said = events.find((event) => event.type === "model");
  expect(said).toMatchObject({
    base: expect.stringMatching(
      /bert \(model_quantized\.onnx; head at "last_hidden_state", mean of its tokens' vectors, as its outputs tell; 15 quantised weights/,
    ),
  });
  const config = JSON.parse(await readFile(join(directory!, "config.json"), "utf8"));
  expect(config).toMatchObject({ model_type: "bert", architectures: ["BertForSequenceClassification"] });

  const texts = ["the card was lost again", "where is my money?"];
  const model = await loadModel("tickets:1", { registry: join(folder, "registry") });
  const answers = await model.predict(texts);
  await model.release();
  const tokenizer = loadTokenizer(JSON.parse(await readFile(join(directory!, "tokenizer.json"), "utf8")));
  const runtime = await defaultRuntime();
  const session = await runtime.createSession(new Uint8Array(await readFile(join(directory!, "onnx/model.onnx"))));
  for (const [i, text] of texts.entries()) {
    const ids = [...tokenizer.encode(text, 32)];
    const shape = [1, ids.length];
    const { logits } = await session.run({
      input_ids: tensorFrom("int64", shape, ids),
      attention_mask: tensorFrom(
        "int64",
        shape,
        ids.map(() => 1),
      ),
    });
    const scores = Array.from(logits!.data as Float32Array);
    const likely = config.id2label[scores.indexOf(Math.max(...scores))];
    expect(answers[i]).toMatchObject({ label: likely });
  }
  session.release();
});

test.each<[string, string, string, object]>([
  ["labels", "multi-label-classification", "complaints.csv", { fineTune: "last:1" }],
  ["numbers", "text-regression", "reviews.csv", { fineTune: "lora", lora: { targets: ["query", "value"], rank: 2 } }],
  ["frozen", "text-classification", "tickets.csv", { fineTune: "frozen", head: { pooling: "cls" } }],
])("%s are learned on such a base too", async (name, task, file, model) => {
  const result = await run({
    name,
    task,
    data: { source: join(folder, file) },
    model: { base: base(), maxLength: 16, ...model },
    train: { epochs: 1 },
  } as Parameters<typeof run>[0]);
  expect(result.status).toBe("finished");
  const said = result.events.find((event) => event.type === "model") as { parameters: number; trained: number };
  expect(said.trained).toBeLessThan(said.parameters);
});
