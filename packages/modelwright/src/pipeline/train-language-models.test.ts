import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modelManifestSchema, type RecipeInputs } from "@modelwright/contracts";
import { loadTokenizer } from "@modelwright/data";
import { openRegistry } from "@modelwright/registry";
import { startServer } from "@modelwright/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluateModel } from "./evaluate.ts";
import { loadModel } from "./load-model.ts";
import type { RunEvent, TrainResult } from "./run-event.ts";
import { train } from "./train.ts";

const COUNTING = "one two three four five six seven eight nine ten".split(" ");

let directory: string;
let texts: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-language-"));
  texts = join(directory, "texts");
  await mkdir(texts);
  for (let i = 0; i < 30; i++) {
    // Each document goes on counting from another number; each word tells the next one.
    const words = Array.from({ length: 80 }, (_, at) => COUNTING[(i + at) % COUNTING.length]);
    const sentences = Array.from({ length: 10 }, (_, at) => `${words.slice(at * 8, at * 8 + 8).join(" ")}.`);
    // A capital begins each sentence, so that they are told apart.
    const text = sentences.map((sentence) => sentence[0]!.toUpperCase() + sentence.slice(1)).join(" ");
    await writeFile(join(texts, `d${i}.txt`), `${text} Document ${i}.`);
  }
});
afterAll(() => rm(directory, { recursive: true }));

type LanguageTask = "causal-language-modeling" | "masked-language-modeling";
type Input = RecipeInputs["causal-language-modeling"];

function recipeOf<Task extends LanguageTask>(task: Task, changed: Pick<Input, "model" | "train"> = {}) {
  return {
    name: task.startsWith("causal") ? "gpt" : "bert",
    task,
    data: { source: texts, split: { test: 0.2, validation: 0.1 } },
    model: { vocabularySize: 300, layers: 1, width: 32, heads: 2, sequenceLength: 24, dropout: 0, ...changed.model },
    train: {
      epochs: 12,
      learningRate: 5e-3,
      batchSize: 16,
      schedule: "constant" as const,
      threads: 1,
      ...changed.train,
    },
    evaluate: { bootstrap: 100 },
  };
}

const onnx = ({ directory: folder }: TrainResult) => readFile(join(folder!, "onnx", "model.onnx"));

describe("causal-language-modeling", () => {
  const events: RunEvent[] = [];
  let registry: string;
  let result: TrainResult;
  beforeAll(async () => {
    registry = join(directory, "causal");
    result = await train(recipeOf("causal-language-modeling"), { registry, onEvent: (event) => events.push(event) });
  });

  test("tells of its run, its data, model, training, evaluation and version, in this order", () => {
    const types = events.map(({ type }) => type);
    const order = ["run", "data", "model", "step", "evaluation", "evaluated", "registered", "tried"] as const;
    expect(order.map((type) => types.indexOf(type))).toEqual(
      order.map((type) => types.indexOf(type)).toSorted((a, b) => a - b),
    );
    expect(events.find((event) => event.type === "data")).toMatchObject({
      rows: { train: 21, validation: 3, test: 6 },
    });
    expect(events.find((event) => event.type === "tried")!.trials).toHaveLength(3);
  });

  test("is better than how often each token occurs, with an interval and in a sentence", () => {
    expect(result).toMatchObject({
      status: "finished",
      task: "causal-language-modeling",
      version: 1,
      aliases: ["champion"],
    });
    const { perplexity, bitsPerCharacter, loss } = result.metrics;
    const { unigram } = result.baselines;
    expect(perplexity!.high).toBeLessThan(unigram!.perplexity!.low! / 3);
    expect(perplexity!.value).toBeCloseTo(Math.exp(loss!.value), 10);
    expect(bitsPerCharacter!.low).toBeLessThan(bitsPerCharacter!.high!);
    const { sentence } = events.find((event) => event.type === "verdict")!;
    expect(sentence).toMatch(/^gpt is better than unigram: bits per character −\d/);
  });

  test("keeps a version folder whose manifest says what is true, and the curves", async () => {
    expect((await readdir(result.directory!, { recursive: true })).toSorted()).toEqual(
      [
        "README.md",
        "config.json",
        "examples.json",
        "generation_config.json",
        "held-out-rows.bin",
        "model.safetensors",
        "modelwright.json",
        "onnx",
        join("onnx", "model.onnx"),
        "recipe.json",
        "report.html",
        "tokenizer.json",
        "tokenizer_config.json",
        "trained-rows.bin",
      ].toSorted(),
    );
    const manifest = modelManifestSchema.parse(
      JSON.parse(await readFile(join(result.directory!, "modelwright.json"), "utf8")),
    );
    const tokenizer = loadTokenizer(await readFile(join(result.directory!, "tokenizer.json"), "utf8"));
    expect(manifest).toMatchObject({
      task: "causal-language-modeling",
      signature: { input: "text", output: "continuation" },
      preprocessing: { maxLength: 24, endOfTextId: tokenizer.idOf("<|endoftext|>") },
      model: { architecture: "gpt2", parameters: events.find((event) => event.type === "model")!.parameters },
      lineage: { trainRows: 21, validationRows: 3, testRows: 6 },
    });
    expect(manifest.metrics).toEqual(result.metrics);
    expect(await readFile(join(result.directory!, "README.md"), "utf8")).toContain('task: "causal-language-modeling"');
    const open = await openRegistry({ directory: registry });
    try {
      await open.verifyVersion(await open.getVersion("gpt", 1));
      const steps = events.filter((event) => event.type === "step");
      expect((await open.metrics(result.runId, "train/loss")).map(({ value }) => value)).toEqual(
        steps.map(({ loss }) => loss),
      );
      expect(await open.metrics(result.runId, "validation/perplexity")).toHaveLength(12);
    } finally {
      await open.close();
    }
  });

  test("writes on as the texts do, the same for the same seed, also beyond what it reads at once", async () => {
    const model = await loadModel("gpt", { registry, task: "causal-language-modeling" });
    try {
      const { text } = await model.generate("three four", { maxTokens: 4, temperature: 0 });
      expect(text).toMatch(/^ five six/);
      const long = await model.generate("", { maxTokens: 40, seed: 1 });
      expect(await model.generate("", { maxTokens: 40, seed: 1 })).toEqual(long);
      expect((await model.generate("", { maxTokens: 40, seed: 2 })).text).not.toBe(long.text);
      await expect(model.generate("", { topP: 0 })).rejects.toThrow("topP: must be more than 0, got 0");
    } finally {
      model.release();
    }
  });

  test("its folder is a base: its pre-training goes on where it was", async () => {
    const { model: _, ...rest } = recipeOf("causal-language-modeling", { train: { steps: 6 } });
    const base = { base: result.directory!, sequenceLength: 24 };
    const whole = await train({ ...rest, name: "further", model: base }, { registry });
    const bits = result.metrics.bitsPerCharacter!.value;
    expect(whole.baselines.base!.bitsPerCharacter!.value).toBeCloseTo(bits, 5);
    expect(whole.metrics.bitsPerCharacter!.value).not.toBe(bits);
    const model = { base: "further:1", fineTune: "lora" as const, sequenceLength: 24 };
    const adapted = await train({ ...rest, name: "adapted", model }, { registry });
    expect(adapted.baselines.base!.bitsPerCharacter!.value).toBeCloseTo(whole.metrics.bitsPerCharacter!.value, 5);
    const { model: made } = modelManifestSchema.parse(
      JSON.parse(await readFile(join(adapted.directory!, "modelwright.json"), "utf8")),
    );
    expect(made).toMatchObject({ architecture: "gpt2", base: "further:1", fineTune: "lora" });
    expect(await readFile(join(adapted.directory!, "README.md"), "utf8")).toContain("its pre-training went on");
  });

  test("a version that there is not is refused as a base by its name", async () => {
    const recipe = { ...recipeOf("causal-language-modeling"), model: { base: "nothing@champion" } };
    await expect(train(recipe, { registry })).rejects.toMatchObject({ message: expect.stringContaining("nothing") });
  });

  test("is evaluated on a folder of other texts", async () => {
    const evaluated = await evaluateModel("gpt", { registry, source: texts, bootstrap: 100 });
    expect(evaluated).toMatchObject({ name: "gpt", version: 1, rows: 30, skipped: [] });
    // Also the texts that it was trained on.
    expect(evaluated.measures.loss!.value).toBeLessThan(result.metrics.loss!.value * 1.05);
  });

  test("what only models of another task do is refused by name", async () => {
    await expect(loadModel("gpt", { registry })).rejects.toMatchObject({
      code: "MODEL_TASK_UNSUPPORTED",
      details: { model: "gpt:1", task: "causal-language-modeling" },
    });
    await expect(loadModel("gpt", { registry, task: "masked-language-modeling" })).rejects.toMatchObject({
      code: "MODEL_TASK_UNSUPPORTED",
    });
  });

  test("is served: what it writes over HTTP is what it writes here", async () => {
    const open = await openRegistry({ directory: registry });
    const server = await startServer({ registry: open, models: ["gpt"], port: 0, drainMs: 0 });
    const model = await loadModel("gpt", { registry, task: "causal-language-modeling" });
    try {
      const options = { maxTokens: 6, seed: 3 };
      const response = await fetch(`${server.url}/v1/models/gpt/predict`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ text: "three four", options }),
      });
      const { text, ...rest } = await model.generate("three four", options);
      expect(await response.json()).toEqual({
        id: expect.any(String),
        model: { name: "gpt", version: 1 },
        predictions: [{ continuation: text, ...rest }],
      });
    } finally {
      model.release();
      await server.close();
      await open.close();
    }
  });

  test("interrupted and resumed, it ends with the same bytes; trained again, it is as good as the champion", async () => {
    const stop = new AbortController();
    const first = await train(recipeOf("causal-language-modeling"), {
      registry,
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === "step" && event.step === 20) stop.abort();
      },
    });
    expect(first).toMatchObject({ status: "interrupted", task: "causal-language-modeling" });
    const reasons: string[] = [];
    const second = await train(recipeOf("causal-language-modeling"), {
      registry,
      resume: true,
      onEvent: (event) => {
        if (event.type === "registered") reasons.push(event.reason);
      },
    });
    expect(second).toMatchObject({ status: "finished", runId: first.runId, version: 2, aliases: ["champion"] });
    expect(Buffer.compare(await onnx(second), await onnx(result))).toBe(0);
    expect(reasons).toEqual([
      "at least as good as version 1 on these test rows: bits per character +0.000 [0.000, 0.000]",
    ]);
  });

  test("a worse one with another tokenizer does not take over", async () => {
    const worse = await train(
      recipeOf("causal-language-modeling", { model: { tokenizer: "unigram" }, train: { steps: 2 } }),
      { registry },
    );
    expect(worse).toMatchObject({ version: 3, aliases: [] });
  });
});

describe("masked-language-modeling", () => {
  let registry: string;
  let monotonous: string;
  let result: TrainResult;
  const recipe = () => ({
    ...recipeOf("masked-language-modeling", { train: { epochs: 24 } }),
    data: { source: monotonous, split: { test: 0.2 } },
  });
  beforeAll(async () => {
    registry = join(directory, "masked");
    // Each document has one word: what is masked stands beside it, and another word tells another document.
    monotonous = join(directory, "monotonous");
    await mkdir(monotonous);
    for (let i = 0; i < 40; i++) {
      const word = COUNTING[i % COUNTING.length]!;
      const sentence = `${word[0]!.toUpperCase()}${word.slice(1)}${` ${word}`.repeat(4)}. `;
      await writeFile(join(monotonous, `d${i}.txt`), `${sentence.repeat(10)}Number ${i}.`);
    }
    result = await train(recipe(), { registry });
  });

  test("learns which words are missing", async () => {
    expect(result).toMatchObject({ status: "finished", version: 1, aliases: ["champion"] });
    const { perplexity, pieceAccuracy, nextSentenceAccuracy, bitsPerCharacter } = result.metrics;
    expect(perplexity!.value).toBeLessThan(result.baselines.unigram!.perplexity!.value / 2);
    expect(pieceAccuracy!.value).toBeGreaterThan(0.6);
    expect(nextSentenceAccuracy!.value).toBeGreaterThan(0.3);
    expect(bitsPerCharacter).toBeUndefined();
    const evaluated = await evaluateModel("bert", { registry, source: monotonous, bootstrap: 100, seed: 3 });
    expect(evaluated.measures.pieceAccuracy!.value).toBeGreaterThan(0.6);
  });

  test("fills them in", async () => {
    const model = await loadModel("bert", { registry, task: "masked-language-modeling" });
    try {
      const { text, masks } = await model.fill("six six [MASK] six. six [MASK] six six six.", { top: 3 });
      expect(masks.map(([best]) => best!.token)).toEqual(["six", "six"]);
      expect(text).toBe("six six six six. six six six six six.");
      for (const candidates of masks) {
        expect(candidates).toHaveLength(3);
        expect(candidates.map(({ probability }) => probability)).toEqual(
          candidates.map(({ probability }) => probability).toSorted((a, b) => b - a),
        );
      }
      expect((await model.fill("nothing is masked here")).masks).toEqual([]);
    } finally {
      model.release();
    }
  });

  test("is not compared with a version of another tokenizer", async () => {
    const reasons: string[] = [];
    const { model, ...others } = recipe();
    await train(
      {
        ...others,
        model: { ...model, tokenizer: "unigram" },
        train: { ...others.train, steps: 2 },
        evaluate: { ...others.evaluate, belowBaseline: "promote" },
      },
      { registry, onEvent: (event) => void (event.type === "registered" && reasons.push(event.reason)) },
    );
    expect(reasons).toEqual(["the tokenizer differs from that of version 1"]);
  });
});

describe("runs that cannot be", () => {
  test("too little text is named with the source", async () => {
    const file = join(directory, "short.txt");
    await writeFile(file, "One two. Three four. Five six.");
    const recipe = { ...recipeOf("causal-language-modeling"), data: { source: file } };
    await expect(train(recipe, { registry: join(directory, "short") })).rejects.toThrow(
      `${file}: too little text for train rows of 24 tokens`,
    );
  });

  test("so is a test split that does not fill a row", async () => {
    const file = join(directory, "end.txt");
    await writeFile(file, `${"One two three four five. ".repeat(40)}So it ends. Ab.`);
    const recipe = { ...recipeOf("causal-language-modeling"), data: { source: file, split: { test: 0.001 } } };
    await expect(train(recipe, { registry: join(directory, "end") })).rejects.toThrow(
      `${file}: too little text for test rows of 24 tokens`,
    );
  });
});
