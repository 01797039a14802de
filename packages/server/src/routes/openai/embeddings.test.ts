import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningServer } from "../../start-server.ts";
import { startServer } from "../../start-server.ts";
import { openTinyRegistry, type TinyRegistry } from "../../testing/tiny-registry.ts";
import { registerTinyVersion } from "../../testing/tiny-version.ts";

// OpenAI's own client. The vector of the tiny model is how often "a" and "b" occur in a text.

let opened: TinyRegistry;
let server: RunningServer;
let openai: OpenAI;

beforeAll(async () => {
  opened = await openTinyRegistry();
  await registerTinyVersion(opened.registry, { name: "vectors", task: "embedding" });
  server = await startServer({ registry: opened.registry, models: ["letters", "vectors"], port: 0, drainMs: 0 });
  openai = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "none", maxRetries: 0 });
});
afterAll(async () => {
  await server.close();
  await opened.remove();
});

const vectorsOf = async (body: Omit<OpenAI.EmbeddingCreateParams, "model">) =>
  (await openai.embeddings.create({ model: "vectors", ...body })).data.map(({ embedding }) => embedding);

test("gives a vector per text, and counts the tokens that were read", async () => {
  const { object, data, model, usage } = await openai.embeddings.create({
    model: "vectors@champion",
    input: ["banana", "b", ""],
  });
  expect({ object, model }).toEqual({ object: "list", model: "vectors@champion" });
  expect(data.map(({ index, embedding }) => [index, ...embedding])).toEqual([
    [0, 3, 1],
    [1, 0, 1],
    [2, 0, 0],
  ]);
  expect(usage.prompt_tokens).toBeGreaterThan("banana".length + "b".length);
  expect(usage.total_tokens).toBe(usage.prompt_tokens);
});

test("takes one text, and gives the same numbers in both encodings", async () => {
  // The client asks for base64 where it is told nothing, and reads it.
  expect(await vectorsOf({ input: "banana" })).toEqual([[3, 1]]);
  expect(await vectorsOf({ input: "banana", encoding_format: "float" })).toEqual([[3, 1]]);
  const [encoded] = (await vectorsOf({ input: "banana", encoding_format: "base64" })) as unknown as [string];
  const bytes = Buffer.from(encoded, "base64");
  expect([bytes.length, bytes.readFloatLE(0), bytes.readFloatLE(4)]).toEqual([8, 3, 1]);
});

test("cuts vectors to the first dimensions, of length 1", async () => {
  expect(await vectorsOf({ input: "banana", dimensions: 1 })).toEqual([[1]]);
  const [whole] = await vectorsOf({ input: "banana", dimensions: 2 });
  expect(Math.hypot(...whole!)).toBeCloseTo(1, 6);
  expect(whole![0]! / whole![1]!).toBeCloseTo(3, 5);
});

test.each<[string, object, number, string]>([
  ["more dimensions than there are", { input: "a", dimensions: 3 }, 400, "dimensions"],
  ["lists of token ids", { input: [1, 2] }, 400, "token ids are not supported"],
  ["no text", { input: [] }, 400, "input"],
  ["a model that gives none", { model: "letters", input: "a" }, 400, "a vector of a text needs a model of"],
  ["a model that is not loaded", { model: "other", input: "a" }, 404, "other"],
])("refuses %s", async (_, changed, status, message) => {
  const body = { model: "vectors", ...changed } as OpenAI.EmbeddingCreateParams;
  await expect(openai.embeddings.create(body)).rejects.toMatchObject({ status });
  const response = await fetch(`${server.url}/v1/embeddings`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(await response.text()).toContain(message);
});
