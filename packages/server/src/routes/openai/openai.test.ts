import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTinyRegistry, type TinyRegistry } from "../../testing/tiny-registry.ts";
import { registerTinyVersion } from "../../testing/tiny-version.ts";

// OpenAI's own client against a server in a process of its own. The tiny model counts from one to three.

const CHAT = { chat_template: "{% for turn in messages %}{{ turn.content }} {% endfor %}" };

let opened: TinyRegistry;
let server: ChildProcess;
let url: string;
let openai: OpenAI;

beforeAll(async () => {
  opened = await openTinyRegistry();
  const task = "causal-language-modeling";
  await registerTinyVersion(opened.registry, { name: "counter", task });
  const files = { "tokenizer_config.json": JSON.stringify(CHAT) };
  await registerTinyVersion(opened.registry, { name: "chat", task, files });
  await registerTinyVersion(opened.registry, { name: "assistant", task: "instruction-tuning" });
  const program = fileURLToPath(new URL("../../fixtures/serve.mjs", import.meta.url));
  const child = spawn(process.execPath, [program, opened.registry.location, "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  server = child;
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  url = line.toString().trim();
  openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 });
});
afterAll(async () => {
  const ended = once(server, "close");
  server.kill("SIGTERM");
  expect((await ended)[0]).toBe(0);
  await opened.remove();
});

const messages = [{ role: "user" as const, content: "one" }];

test("lists the models and finds one", async () => {
  const names = [];
  for await (const { id, object } of openai.models.list()) names.push(`${object} ${id}`);
  expect(names.sort()).toEqual(["model assistant", "model chat", "model counter", "model letters"]);
  expect(await openai.models.retrieve("counter@champion")).toMatchObject({ id: "counter", owned_by: "modelwright" });
});

test("says in OpenAI's words that a model is not there", async () => {
  await expect(openai.models.retrieve("nobody")).rejects.toMatchObject({
    status: 404,
    code: "model_not_found",
    type: "invalid_request_error",
  });
});

describe("completions", () => {
  test("writes on behind a prompt, and counts", async () => {
    const { choices, usage, object } = await openai.completions.create({
      model: "counter",
      prompt: "one",
      temperature: 0,
    });
    expect(object).toBe("text_completion");
    expect(choices).toEqual([{ index: 0, text: " two three", logprobs: null, finish_reason: "stop" }]);
    expect(usage).toEqual({ prompt_tokens: 2, completion_tokens: 2, total_tokens: 4 });
  });

  test("several prompts, texts and stop strings", async () => {
    const asked = { model: "counter", prompt: ["one", "two"], n: 2, temperature: 0, stop: [" three"] };
    const { choices, usage } = await openai.completions.create(asked);
    expect(choices.map(({ index, text }) => [index, text])).toEqual([
      [0, " two"],
      [1, " two"],
      [2, ""],
      [3, ""],
    ]);
    expect(usage!.prompt_tokens).toBe(4);
  });

  test("counts of a long prompt what was read", async () => {
    const { usage } = await openai.completions.create({ model: "counter", prompt: "one two three one two" });
    expect(usage!.prompt_tokens).toBe(3);
  });

  test("tokens are a prompt too, and max_tokens ends a text", async () => {
    const asked = { model: "counter", max_tokens: 1, temperature: 0 };
    const { choices } = await openai.completions.create({ ...asked, prompt: "one" });
    expect(choices[0]).toMatchObject({ text: " two", finish_reason: "length" });
    // Of the tiny vocabulary the first token is none of the words.
    expect((await openai.completions.create({ ...asked, prompt: [0] })).usage!.prompt_tokens).toBe(2);
    await expect(openai.completions.create({ ...asked, prompt: [1000] })).rejects.toMatchObject({
      status: 400,
      param: "prompt",
      message: expect.stringContaining("1000"),
    });
  });

  test("a seed repeats what is drawn, and other texts have other seeds", async () => {
    const draw = async (seed: number) => {
      const asked = { model: "counter", prompt: "one", temperature: 5, max_tokens: 12, n: 4, seed };
      return (await openai.completions.create(asked)).choices.map(({ text }) => text);
    };
    const [first, again, other] = [await draw(1), await draw(1), await draw(99)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(1);
  });

  test("streams", async () => {
    const stream = await openai.completions.create({
      model: "counter",
      prompt: "one",
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.map(({ choices: [choice] }) => [choice?.text, choice?.finish_reason])).toEqual([
      [" two", null],
      [" three", null],
      ["", "stop"],
      [undefined, undefined],
    ]);
    expect(chunks.at(-1)!.usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 2 });
  });
});

describe("a text that fails beside others", () => {
  const asked = { model: "counter", prompt: [[2], [1000]], temperature: 50, max_tokens: 2000 };

  test.each([false, true])("with stream: %s, fails the request and leaves the server as it was", async (stream) => {
    const read = async () => {
      const answer = await openai.completions.create({ ...asked, stream });
      // An error may come before the first event, with a status, or as an event.
      if (stream) for await (const _ of answer as AsyncIterable<unknown>);
    };
    for (let i = 0; i < 3; i++) await expect(read()).rejects.toMatchObject({ param: "prompt" });
    const { choices } = await openai.completions.create({ model: "counter", prompt: "one", temperature: 0 });
    expect(choices[0]!.text).toBe(" two three");
  });

  test("nothing begins where more texts are asked for than the server writes at once", async () => {
    const many = openai.completions.create({ model: "counter", prompt: Array<string>(64).fill("one"), n: 64 });
    await expect(many).rejects.toMatchObject({ status: 400, param: "n", message: expect.stringContaining("1024") });
  });
});

describe("chat completions", () => {
  test("answers a conversation", async () => {
    const { choices, usage, object } = await openai.chat.completions.create({
      model: "chat",
      temperature: 0,
      max_completion_tokens: 5,
      messages: [
        { role: "assistant", content: "", refusal: null, tool_calls: [] },
        { role: "user", name: "Ada", content: [{ type: "text", text: "one" }] },
      ],
    });
    expect(object).toBe("chat.completion");
    expect(choices[0]).toMatchObject({
      index: 0,
      message: { role: "assistant", content: " two three", refusal: null },
      finish_reason: "stop",
    });
    expect(usage).toEqual({ prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 });
  });

  test("a model that was tuned on instructions answers and streams, and writes on behind a text", async () => {
    const asked = { model: "assistant", temperature: 0, messages };
    const { choices, usage } = await openai.chat.completions.create(asked);
    expect(choices[0]).toMatchObject({ message: { content: " two three" }, finish_reason: "stop" });
    // Its template writes what begins a text in front of the turn.
    expect(usage).toEqual({ prompt_tokens: 2, completion_tokens: 2, total_tokens: 4 });
    const parts = [];
    for await (const {
      choices: [choice],
    } of await openai.chat.completions.create({ ...asked, stream: true }))
      parts.push(choice!.delta.content ?? "");
    expect(parts.join("")).toBe(" two three");
    const written = await openai.completions.create({ model: "assistant", prompt: "one", temperature: 0 });
    expect(written.choices[0]!.text).toBe(" two three");
    const long = [{ role: "user" as const, content: "one ".repeat(500) }];
    await expect(openai.chat.completions.create({ ...asked, messages: long })).rejects.toMatchObject({
      code: "context_length_exceeded",
      message: expect.stringMatching(/has 501 tokens.* at most 400/),
    });
  });

  test("streams, as the client's own helper reads it", async () => {
    const stream = openai.chat.completions.stream({ model: "chat", temperature: 0, messages, n: 2, max_tokens: 5 });
    const parts: string[] = [];
    stream.on("content", (delta) => parts.push(delta));
    const { choices } = await stream.finalChatCompletion();
    expect(choices.map(({ message, finish_reason }) => [message.content, finish_reason])).toEqual([
      [" two three", "stop"],
      [" two three", "stop"],
    ]);
    expect(parts.join("")).toContain(" two");
  });

  test("refuses a conversation whose beginning would be lost, with both lengths", async () => {
    const long = [{ role: "user" as const, content: "one two three one two" }];
    const refused = openai.chat.completions.create({ model: "chat", messages: long });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      code: "context_length_exceeded",
      param: "messages",
      message: expect.stringMatching(/has 5 tokens.* at most 3/),
    });
  });

  test("keeps to a pattern", async () => {
    const asked = { model: "chat", messages, regex: " (two|three)( three)+", max_tokens: 4, temperature: 0 };
    const { choices } = await openai.chat.completions.create(asked);
    expect(choices[0]!.message.content).toMatch(/^ two( three)+$/);
  });

  test("a client that leaves frees the model", async () => {
    const stream = await openai.chat.completions.create({
      model: "chat",
      messages,
      stream: true,
      max_completion_tokens: 100_000,
      temperature: 50,
      logit_bias: {},
    });
    for await (const _ of stream) break;
    stream.controller.abort();
    const { choices } = await openai.chat.completions.create({ model: "chat", messages, temperature: 0 });
    expect(choices[0]!.message.content).toBe(" two three");
  });
});

describe("refuses in OpenAI's words", () => {
  test.each<[string, object, { status: number; code: string; param: string | null }]>([
    ["a model that is not there", { model: "nobody", messages }, { status: 404, code: "model_not_found", param: null }],
    [
      "a model that does not write",
      { model: "letters", messages },
      { status: 400, code: "MODEL_TASK_UNSUPPORTED", param: null },
    ],
    [
      "a conversation with a model that knows none",
      { model: "counter", messages },
      { status: 400, code: "TOKENIZER_CHAT_TEMPLATE_MISSING", param: null },
    ],
    [
      "a value that breaks a rule",
      { model: "chat", messages, temperature: -1 },
      { status: 400, code: "SERVER_REQUEST_INVALID", param: "temperature" },
    ],
    [
      "a schema with a keyword that is not supported",
      {
        model: "chat",
        messages,
        response_format: { type: "json_schema", json_schema: { name: "n", schema: { type: "integer", minimum: 2 } } },
      },
      { status: 400, code: "MODEL_OPTION_INVALID", param: "jsonSchema" },
    ],
    [
      "a key of a message that nobody knows",
      { model: "chat", messages: [{ role: "user", content: "one", tool_call_id: "x" }] },
      { status: 400, code: "SERVER_REQUEST_INVALID", param: "messages[0].tool_call_id" },
    ],
    [
      "two limits of tokens",
      { model: "chat", messages, max_tokens: 3, max_completion_tokens: 4 },
      { status: 400, code: "SERVER_REQUEST_INVALID", param: "max_tokens" },
    ],
    [
      "a parameter that nobody knows",
      { model: "chat", messages, temprature: 1 },
      { status: 400, code: "SERVER_REQUEST_INVALID", param: "temprature" },
    ],
    [
      "a parameter that changes the text and is not supported",
      { model: "chat", messages, presence_penalty: 1 },
      { status: 400, code: "SERVER_REQUEST_INVALID", param: "presence_penalty" },
    ],
  ])("%s", async (_, body, expected) => {
    const refused = openai.chat.completions.create(body as OpenAI.ChatCompletionCreateParamsNonStreaming);
    await expect(refused).rejects.toMatchObject({ ...expected, type: "invalid_request_error" });
    const streamed = openai.chat.completions.create({
      ...body,
      stream: true,
    } as OpenAI.ChatCompletionCreateParamsStreaming);
    await expect(streamed).rejects.toMatchObject(expected);
  });
});
