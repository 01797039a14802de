import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TaskName } from "@modelwright/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CausalLanguageModel } from "../causal-language-modeling/causal-language-model.ts";
import { tinyCausalLanguageModel } from "../causal-language-modeling/tiny-version.ts";
import { InstructionModel } from "../instruction-tuning/instruction-model.ts";
import { tinyInstructionModel } from "../instruction-tuning/tiny-version.ts";
import { type TinyVersion, writeTinyVersion } from "../testing/tiny-version.ts";
import type { WritingDecoder } from "./writing-decoder.ts";

// The tiny models count from one to three. What writes them is one, whatever they were trained for.

const TEMPLATE = JSON.stringify({ chat_template: "{% for turn in messages %}{{ turn.content }} {% endfor %}" });

async function writeTiny<Task extends TaskName>(folder: string, tiny: TinyVersion<Task>): Promise<void> {
  const { manifest } = tiny;
  const files = { ...tiny.files, "tokenizer_config.json": TEMPLATE };
  const preprocessing = { ...(manifest as { readonly preprocessing: object }).preprocessing, maxLength: 5 };
  await writeTinyVersion(folder, { files, manifest: { ...manifest, preprocessing } });
  const path = join(folder, "modelwright.json");
  const listed = Object.keys(files).map((file) => ({ path: file, sizeBytes: 1, sha256: "a".repeat(64) }));
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), files: listed }));
}

async function openCausal(folder: string): Promise<WritingDecoder> {
  await writeTiny(folder, await tinyCausalLanguageModel());
  return CausalLanguageModel.load(folder);
}

async function openInstruction(folder: string): Promise<WritingDecoder> {
  await writeTiny(folder, await tinyInstructionModel());
  return InstructionModel.load(folder);
}

const user = (content: string) => [{ role: "user", content }];
const greedy = { temperature: 0 };

describe.each([
  ["a causal language model", openCausal],
  ["a model tuned on instructions", openInstruction],
])("%s", (_, open) => {
  let folder: string;
  let model: WritingDecoder;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "modelwright-writing-"));
    model = await open(folder);
  });
  afterAll(async () => {
    model.release();
    await rm(folder, { recursive: true });
  });

  test("writes on behind a text, and behind nothing", async () => {
    expect(await model.generate("one", greedy)).toEqual({ text: " two three", tokens: 2, finish: "end-of-text" });
    expect(await model.generate("", { ...greedy, maxTokens: 1 })).toMatchObject({ text: "one" });
  });

  test("writes the next turn of a conversation", async () => {
    const counted = { text: " two three", tokens: 2, finish: "end-of-text" };
    expect(await model.chat(user("one"), greedy)).toEqual(counted);
    const messages = user("one");
    expect(await model.write({ prompt: { messages }, options: greedy })).toEqual({ ...counted, promptTokens: 1 });
  });

  test("streams both, and gives the whole behind the last part", async () => {
    for (const prompt of ["one", user("one")]) {
      const stream = model.stream(prompt, greedy);
      const parts: string[] = [];
      let next = await stream.next();
      for (; !next.done; next = await stream.next()) parts.push(next.value);
      expect(parts).toEqual([" two", " three"]);
      expect(next.value).toEqual({ text: " two three", tokens: 2, finish: "end-of-text" });
    }
  });

  test("a conversation is never cut: one that is too long is refused with both lengths", async () => {
    const long = model.chat(user("one two three one two three"), greedy);
    await expect(long).rejects.toThrow("messages: the conversation has 6 tokens, and the model reads at most 5");
    await expect(model.stream(user("one ".repeat(6))).next()).rejects.toMatchObject({
      code: "MODEL_CONVERSATION_TOO_LONG",
    });
  });

  test("an answer ends where the model can read no more of its conversation", async () => {
    // Five tokens are read, so that six are the prompt and what is written.
    const options = { temperature: 100, topK: 2, maxTokens: 50, seed: 4 };
    const messages = user("one two three one");
    const written = [await model.chat(messages, options), await model.write({ prompt: { messages }, options })];
    for (const { tokens } of written) expect(tokens).toBeLessThanOrEqual(2);
    const full = user("one two three one two");
    expect(await model.chat(full, greedy)).toEqual({ text: " three", tokens: 1, finish: "max-tokens" });
  });

  test("a text goes on behind its last tokens, however long it is", async () => {
    expect(await model.generate(`${"three ".repeat(20)}one`, greedy)).toMatchObject({ text: " two three" });
  });

  test("warms up, also where the longest prompt is short", async () => {
    expect(await model.warmUp()).toEqual({});
  });
});
