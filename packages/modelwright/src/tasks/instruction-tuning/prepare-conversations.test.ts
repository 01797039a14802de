import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseRecipe, type Recipes } from "@modelwright/contracts";
import { loadTokenizer } from "@modelwright/data";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TINY_DATA, writeFiles } from "../testing/tiny-data.ts";
import { prepareConversations } from "./prepare-conversations.ts";

const { files, recipe } = TINY_DATA["instruction-tuning"];
const SHORT = Array.from({ length: 20 }, (_, i) => ({ prompt: `What is ${i} and 1?`, completion: `It is ${i + 1}.` }));

/** The same decoder in a folder without its chat template. */
const WITHOUT_TEMPLATE = Object.fromEntries(
  Object.entries(files)
    .filter(([name]) => name.startsWith("decoder/") && !name.endsWith("chat_template.jinja"))
    .map(([name, content]) => [name.replace("decoder/", "plain/"), content]),
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-conversations-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function prepared(rows: readonly object[], model: object = {}, changed: Readonly<Record<string, string>> = {}) {
  await writeFiles(folder, {
    ...files,
    ...WITHOUT_TEMPLATE,
    ...changed,
    "chats.jsonl": rows.map((row) => JSON.stringify(row)).join("\n"),
  });
  const parsed = parseRecipe({ ...recipe, model: { ...recipe.model, ...model } }) as Recipes["instruction-tuning"];
  return prepareConversations(parsed, { baseDir: folder, onProgress: () => {} });
}

test.each([
  ["its own template", "decoder", "<|start|>user\n?<|end|>\n<|start|>assistant\n"],
  ["plain headings", "plain", "### User:\n?\n\n### Assistant:\n"],
])(
  "conversations whose answers all lie beyond what the model reads are refused, with what %s takes",
  async (_, base, text) => {
    const tokenizer = loadTokenizer(JSON.parse(String(files["decoder/tokenizer.json"])));
    const length = (read: string) => tokenizer.encode(read, 1000).length;
    const headings = length(text) - length("?");
    await expect(prepared(SHORT, { base, maxLength: 8 })).rejects.toMatchObject({
      code: "DATA_ANSWERS_CUT",
      details: { split: "train", maxLength: 8, longest: 128, headings },
      message: expect.stringMatching(
        /conversations of the train split .* model\.maxLength, 8 tokens, of which .* \d+\. /,
      ),
      remedy: expect.stringMatching(/^Raise model\.maxLength \(the base reads up to 128 tokens\)/),
    });
  },
);

test("where the base reads no more, the remedy is another base", async () => {
  const endless = SHORT.map(({ prompt, completion }) => ({ prompt: prompt.repeat(60), completion }));
  await expect(prepared(endless, { maxLength: 128 })).rejects.toMatchObject({
    code: "DATA_ANSWERS_CUT",
    remedy: expect.stringMatching(/^The base reads no more than 128 tokens/),
  });
});

test("the headings that a base without chat template gets are named", async () => {
  const { report } = await prepared(SHORT, { base: "plain" });
  expect(report.warnings).toContainEqual(
    expect.stringMatching(/^plain has no chat template: .* the plain headings "### User:" and "### Assistant:";/),
  );
});

test("one conversation without an answer within reach is named in a warning", async () => {
  const long = { prompt: "What is it? ".repeat(60), completion: "No." };
  const { report } = await prepared([...SHORT, long]);
  expect(report.warnings).toContainEqual(
    "1 conversation with no answer within model.maxLength: nothing is learnt of them (chats.jsonl:21)",
  );
});

test("rows without an answer, and answers that are cut, are counted with the first of them", async () => {
  const cut = { prompt: "Why?", completion: "It is so. ".repeat(60) };
  const empty = { prompt: "Is there an answer?" };
  const { report } = await prepared([...SHORT, empty, empty, cut]);
  expect(report.warnings).toContainEqual(
    "2 rows without a question or an answer will be dropped (first: chats.jsonl:21)",
  );
  expect(report.warnings).toContainEqual(
    "1 conversation longer than model.maxLength, 96 tokens: ends are cut off (chats.jsonl:23)",
  );
});

describe("a chat template of its own", () => {
  /** Leaves out what the system says, and begins with the user. */
  const template = `{% for m in messages %}{% if m.role != "system" %}{% if loop.first and m.role != "user" %}{{ raise_exception("the user begins") }}{% endif %}<|im_start|>{{ m.role }}
{{ m.content }}<|im_end|>
{% endif %}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}`;
  const withTemplate = { "decoder/chat_template.jinja": template };

  test("that leaves a role out is told, with a conversation", async () => {
    const spoken = [{ role: "system", content: "Be brief." }, ...turns("Hi", "Hello.")];
    const { report } = await prepared([...SHORT.map(asMessages), { messages: spoken }], {}, withTemplate);
    expect(report.warnings).toContainEqual(
      'the chat template leaves out what a message of role "system" says (chats.jsonl:21): the model does not read it',
    );
  });

  test("that refuses an order of roles is told with the conversation", async () => {
    const rows = [...SHORT.map(asMessages), { messages: turns("Hi", "Hello.").toReversed() }];
    await expect(prepared(rows, {}, withTemplate)).rejects.toMatchObject({
      code: "TOKENIZER_CHAT_TEMPLATE_FAILED",
      message: expect.stringMatching(/the user begins \(in chats\.jsonl:21\)/),
    });
  });
});

function turns(question: string, answer: string) {
  return [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ];
}

function asMessages({ prompt, completion }: (typeof SHORT)[number]) {
  return { messages: turns(prompt, completion) };
}
