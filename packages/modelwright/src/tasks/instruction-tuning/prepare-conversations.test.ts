import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseRecipe, type Recipes } from "@modelwright/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TINY_DATA, writeFiles } from "../testing/tiny-data.ts";
import { prepareConversations } from "./prepare-conversations.ts";

const { files, recipe } = TINY_DATA["instruction-tuning"];
const SHORT = Array.from({ length: 20 }, (_, i) => ({ prompt: `What is ${i} and 1?`, completion: `It is ${i + 1}.` }));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-conversations-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function prepared(rows: readonly object[], model: object = {}) {
  await writeFiles(folder, { ...files, "chats.jsonl": rows.map((row) => JSON.stringify(row)).join("\n") });
  const parsed = parseRecipe({ ...recipe, model: { ...recipe.model, ...model } }) as Recipes["instruction-tuning"];
  return prepareConversations(parsed, { baseDir: folder, onProgress: () => {} });
}

test("conversations whose answers all lie beyond what the model reads are refused by their split", async () => {
  await expect(prepared(SHORT, { maxLength: 8 })).rejects.toMatchObject({
    code: "DATA_ANSWERS_CUT",
    details: { split: "train", maxLength: 8 },
    message: expect.stringMatching(/conversations of the train split .* model\.maxLength, 8 tokens/),
  });
});

test("one conversation without an answer within reach is counted in a warning", async () => {
  const long = { prompt: "What is it? ".repeat(60), completion: "No." };
  const { report } = await prepared([...SHORT, long]);
  expect(report.warnings).toContainEqual(
    "1 conversation with no answer within model.maxLength: nothing is learnt of them",
  );
});
