import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { applyChatTemplate, type ChatTemplateConfig, PLAIN_CHAT_TEMPLATE } from "../tokenizers/chat-template.ts";
import { loadTokenizer } from "../tokenizers/load-tokenizer.ts";
import type { TextTokenizer } from "../tokenizers/text-tokenizer.ts";
import { trainTokenizer } from "../tokenizers/training/train-tokenizer.ts";
import { conversationTokens, promptTokens } from "./conversation-tokens.ts";
import { readConversations } from "./read-conversations.ts";

let baseDir: string;
let tokenizer: TextTokenizer;
beforeAll(async () => {
  baseDir = await mkdtemp(join(tmpdir(), "conversations-"));
  tokenizer = loadTokenizer(
    await trainTokenizer({
      kind: "byte-pair",
      vocabularySize: 300,
      texts: ["Hello"],
      specialTokens: ["</s>", "<turn>"],
    }),
  );
  return () => rm(baseDir, { recursive: true });
});

const read = async (name: string, content: string) => {
  await writeFile(join(baseDir, name), content);
  return readConversations(name, { baseDir });
};
const lines = (...rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join("\n");
const exchange = (user: string, assistant: string) => [
  { role: "user", content: user },
  { role: "assistant", content: assistant },
];

describe("readConversations", () => {
  test("reads lists of messages, of which other fields are passed over", async () => {
    const messages = [{ role: "system", content: "Be brief.", name: "x" }, ...exchange("Hi", "Hello")];
    const { conversations, columns } = await read("a.jsonl", lines({ id: "one", messages }, { messages }));
    expect(columns).toEqual(["messages"]);
    expect(conversations.map(({ id }) => id)).toEqual(["one", "a.jsonl:2"]);
    expect(conversations[0]!.messages).toEqual([{ role: "system", content: "Be brief." }, ...exchange("Hi", "Hello")]);
  });

  test("reads lists in which who speaks stands in from, as ShareGPT has them", async () => {
    const said = (from: string, value: string) => ({ from, value });
    const conversations = [said("system", "Be brief."), said("human", "Hi"), said("gpt", "Hello")];
    const called = [said("human", "Hi"), said("function_call", "{}"), said("observation", "3"), said("gpt", "Hello")];
    const found = await read("s.jsonl", lines({ conversations }, { conversations: called }));
    expect(found.columns).toEqual(["conversations"]);
    expect(found.conversations.map(({ messages }) => messages)).toEqual([
      [{ role: "system", content: "Be brief." }, ...exchange("Hi", "Hello")],
    ]);
    expect(found.withTools).toEqual(["s.jsonl:2"]);
    const mute = lines({ conversations: [{ from: "human" }, said("gpt", "Hello")] });
    await expect(read("s.jsonl", mute)).rejects.toMatchObject({ details: { field: "conversations[0].value" } });
  });

  test("reads prompts with completions, and instructions with what they are about", async () => {
    const prompts = await read("b.csv", "prompt,completion,system\n Hi ,Hello,Be brief.\nWhat?,,\n");
    expect(prompts.incomplete).toEqual([expect.stringMatching(/:\d+$/)]);
    expect(prompts.conversations.map(({ messages }) => messages)).toEqual([
      [{ role: "system", content: "Be brief." }, ...exchange("Hi", "Hello")],
    ]);
    const alpaca = lines(
      { instruction: "Add.", input: "1 and 2", output: "3" },
      { instruction: "Hi", input: "", output: "Hello" },
    );
    const { conversations, columns } = await read("c.jsonl", alpaca);
    expect(columns).toEqual(["instruction", "output", "input"]);
    expect(conversations.map(({ messages }) => messages)).toEqual([
      exchange("Add.\n\n1 and 2", "3"),
      exchange("Hi", "Hello"),
    ]);
  });

  test("reads prompts and completions that are lists of messages", async () => {
    const [asked, answer] = exchange("Hi", "Hello");
    const system = { role: "system", content: "Be brief." };
    const { conversations } = await read(
      "g.jsonl",
      lines(
        { prompt: [system, asked], completion: [answer] },
        { prompt: [asked], completion: " Hello " },
        { prompt: "Hi", completion: [answer], system: "Be brief." },
      ),
    );
    expect(conversations.map(({ messages }) => messages)).toEqual([
      [system, asked, answer],
      [asked, answer],
      [system, asked, answer],
    ]);
  });

  test("leaves out what calls tools, and answers that are empty, and counts them", async () => {
    const call = { id: "1", type: "function", function: { name: "add", arguments: "{}" } };
    const calling = (content: unknown) => [
      { role: "user", content: "Add." },
      { role: "assistant", content, tool_calls: [call] },
      { role: "tool", content: "3" },
      { role: "assistant", content: "It is 3." },
    ];
    const rows = [exchange("Hi", "Hello"), calling(""), calling(null), [...exchange("a", " "), ...exchange("b", "c")]];
    const { conversations, withTools, incomplete } = await read(
      "h.jsonl",
      lines(...rows.map((messages) => ({ messages })), { messages: exchange("Bye", "Good bye") }),
    );
    expect(conversations.map(({ id }) => id)).toEqual(["h.jsonl:1", "h.jsonl:5"]);
    expect([withTools.length, incomplete.length]).toEqual([2, 1]);
    await expect(read("i.jsonl", lines({ messages: calling("") }))).rejects.toThrow(/without calls of tools/);
  });

  test.each([
    [{ prompt: [{ role: "user" }], completion: "b" }, "prompt[0].content: must be a text"],
    [{ prompt: { role: "user", content: "a" }, completion: "b" }, "prompt: must be a text"],
    [{ prompt: "a", completion: [{ role: "user", content: "b" }] }, "completion: must hold an answer"],
  ])("refuses %o", async (row, rule) => {
    await expect(read("j.jsonl", lines(row))).rejects.toThrow(`j.jsonl:1: ${rule}`);
  });

  test.each([
    [{ messages: "Hi" }, "messages: must be a list of messages"],
    [{ messages: [{ role: "user", content: "Hi" }] }, 'must hold an answer: a message of role "assistant"'],
    [{ messages: [{ role: "user" }] }, "messages[0].content: must be a text"],
    [{ messages: [{ content: "Hi" }] }, "messages[0].role: must be a text"],
  ])("refuses %o, naming the line", async (row, rule) => {
    const rows = lines({ messages: exchange("a", "b") }, row);
    await expect(read("d.jsonl", rows)).rejects.toMatchObject({
      code: "DATA_CONVERSATION_INVALID",
      message: expect.stringContaining(`d.jsonl:2: `),
    });
    await expect(read("d.jsonl", rows)).rejects.toThrow(rule);
  });

  test("names the columns of a file that holds none", async () => {
    await expect(read("e.csv", "text,label\na,b\n")).rejects.toThrow(
      /columns text, label; known are messages; conversations; prompt and completion; instruction and output/,
    );
    await expect(read("f.csv", "prompt,completion\na,\n")).rejects.toMatchObject({ code: "DATA_EMPTY" });
  });
});

describe("conversationTokens", () => {
  const plain: ChatTemplateConfig = { chat_template: PLAIN_CHAT_TEMPLATE, eos_token: "</s>" };
  const reading = (config: ChatTemplateConfig, maxLength = 1000) => ({
    tokenizer,
    config,
    endIds: new Set([tokenizer.idOf("</s>")!]),
    maxLength,
  });
  const learnt = ({ ids, answered }: { ids: Int32Array; answered: Uint8Array }) =>
    tokenizer.decode(
      [...ids].filter((_, i) => answered[i] === 1),
      { keepSpecialTokens: true },
    );
  const messages = [...exchange("Hi", "Hello"), ...exchange("And?", "Bye")];

  test("learns the answers with their ends, of all turns in one text", () => {
    const texts = conversationTokens(messages, reading(plain));
    expect(texts.map(learnt)).toEqual(["Hello</s>Bye</s>"]);
    expect(tokenizer.decode(texts[0]!.ids, { keepSpecialTokens: true })).toBe(applyChatTemplate(plain, messages));
  });

  test("does not learn what stands behind an end", () => {
    const chat_template = `{% for m in messages %}<turn>{{ m.role }}\n{{ m.content }}</s>\n{% endfor %}{% if add_generation_prompt %}<turn>assistant\n{% endif %}`;
    expect(conversationTokens(messages, reading({ chat_template })).map(learnt)).toEqual(["Hello</s>Bye</s>"]);
  });

  test("gives each answer a text of its own where a template writes earlier turns otherwise", () => {
    const chat_template = `{% for m in messages %}{% if loop.last %}{{ m.content }}{% else %}{{ m.content | upper }}{% endif %}</s>{% endfor %}`;
    const texts = conversationTokens(
      [...exchange("HI", "Hello"), ...exchange("AND", "Bye")],
      reading({ chat_template }),
    );
    expect(texts.map(({ ids }) => tokenizer.decode(ids, { keepSpecialTokens: true }))).toEqual([
      "HI</s>Hello</s>",
      "HI</s>HELLO</s>AND</s>Bye</s>",
    ]);
    expect(texts.map(learnt)).toEqual(["Hello</s>", "Bye</s>"]);
  });

  test("cuts a text to what is read, and leaves it out where no answer is left", () => {
    const prompt = promptTokens(messages.slice(0, 1), reading(plain));
    const [cut] = conversationTokens(messages, reading(plain, prompt.length + 2));
    expect(cut!.ids).toHaveLength(prompt.length + 2);
    expect("Hello".startsWith(learnt(cut!))).toBe(true);
    expect(conversationTokens(messages, reading(plain, prompt.length))).toEqual([]);
  });

  test("a template that writes no answer behind its question is named", () => {
    const chat_template =
      "{% if add_generation_prompt %}Q: {% endif %}{% for m in messages %}{{ m.content }}{% endfor %}";
    expect(() => conversationTokens(messages, reading({ chat_template }))).toThrow(/does not write an answer behind/);
  });
});
