import { createHash } from "node:crypto";
import { ModelwrightError, type Recipes } from "@modelwright/contracts";
import {
  type Conversation,
  conversationText,
  conversationTokens,
  readConversations,
  splitRows,
  textLanguage,
} from "@modelwright/data";
import { RandomSource } from "@modelwright/engine";
import { counted } from "../../wording/quantities.ts";
import { chatReading } from "../decoder/chat-reading.ts";
import { loadDecoder } from "../decoder/load-decoder.ts";
import { developmentOf } from "../development-of.ts";
import { HeldOut } from "../held-out.ts";
import type { DataContext, PreparedData } from "../task.ts";
import { unseenRoles } from "./unseen-roles.ts";

type Conversations = readonly Conversation[];

/** On fewer conversations a measure is a rough guess. */
const LEAST_TEST_ROWS = 20;

/**
 * Reads, limits and splits the conversations of a recipe; exact copies leave, and those that begin with the same question stay in one split.
 *
 * @throws {ModelwrightError} For a base that cannot be read; `DATA_…`.
 */
export async function prepareConversations(
  { data, model }: Pick<Recipes["instruction-tuning"], "data" | "model">,
  { baseDir, folders, onVersion }: DataContext,
): Promise<PreparedData<Conversations>> {
  const { source, query, encoding, split, limit } = data;
  const { loaded, tokenizer, maxLength } = await loadDecoder(model.base, {
    baseDir,
    folders,
    option: "model.maxLength",
    maxLength: model.maxLength,
  });
  const { config, isPlain, endIds, headings } = chatReading(loaded, { tokenizer, name: model.base });
  const read = await readConversations(source, { baseDir, query, encoding, onVersion });
  const distinct = [...new Map(read.conversations.map((each) => [keyOf(each), each])).values()];
  const drawn = limit === undefined ? distinct : draw(distinct, { limit, seed: split.seed });
  const splits = splitConversations(drawn, { ...split, source });
  const reading = { tokenizer, config, endIds: new Set(endIds), maxLength: maxLength + 1 };
  const texts = new Map(drawn.map((each) => [each, tokensOf(each, reading)]));
  for (const [name, part] of Object.entries(splits)) {
    if (part.some((each) => texts.get(each)!.length > 0)) continue;
    throw new ModelwrightError("DATA_ANSWERS_CUT", {
      file: source,
      split: name,
      conversations: part.length,
      maxLength,
      longest: loaded.decoder.maxLength,
      headings,
    });
  }
  const unread = drawn.filter((each) => texts.get(each)!.length === 0);
  const cut = drawn.filter((each) => texts.get(each)!.some((text) => text.cut));
  const sizes = Object.entries(splits).map(([name, part]) => `${name} ${part.length.toLocaleString("en-US")}`);
  const steps = [
    { name: "read", detail: source, rows: read.conversations.length },
    ...(distinct.length < read.conversations.length
      ? [
          {
            name: "exact duplicates",
            detail: `dropped ${(read.conversations.length - distinct.length).toLocaleString("en-US")} copies`,
            rows: distinct.length,
          },
        ]
      : []),
    ...(drawn.length < distinct.length
      ? [{ name: "limit", detail: `drawn by seed ${split.seed}`, rows: drawn.length }]
      : []),
    {
      name: "split",
      detail: `${sizes.join(", ")} (same first questions together, seed ${split.seed})`,
      rows: drawn.length,
    },
  ];
  const warnings = [
    ...read.warnings,
    ...warningOf(read.incomplete, "row", "without a question or an answer will be dropped"),
    ...warningOf(read.withTools, "row", "in which the assistant calls tools will be dropped: calls are not learnt"),
    ...warningOf(namesOf(cut), "conversation", `longer than model.maxLength, ${maxLength} tokens: ends are cut off`),
    ...warningOf(namesOf(unread), "conversation", "with no answer within model.maxLength: nothing is learnt of them"),
    ...unseenRoles(drawn, config).map(
      ({ role, id }) =>
        `the chat template leaves out what a message of role "${role}" says (${id}): the model does not read it`,
    ),
    ...(isPlain
      ? [
          `${model.base} has no chat template: turns stand under the plain headings "### User:" and "### Assistant:"; a model that was tuned on chats brings one`,
        ]
      : []),
    ...(splits.test.length < LEAST_TEST_ROWS
      ? [`only ${counted(splits.test.length, "conversation")} to test on: what is measured there may be far off`]
      : []),
  ];
  return {
    learning: { train: splits.train, validation: splits.validation },
    test: new HeldOut(splits.test, splits.test.length),
    development: developmentOf([...splits.train, ...splits.validation], { togetherOf: questionOf, split }),
    digest: digestOf(splits),
    language: textLanguage(splits.train.map(conversationText)),
    report: { steps, warnings, fields: `conversations in ${read.columns.map((name) => `"${name}"`).join(", ")}` },
  };
}

/** @param names Which they are: `chats.jsonl:4`. */
function warningOf(names: readonly string[], noun: string, what: string): string[] {
  const [first, ...others] = names;
  if (first === undefined) return [];
  return [`${counted(names.length, noun)} ${what} (${others.length === 0 ? "" : "first: "}${first})`];
}

function namesOf(conversations: Conversations): readonly string[] {
  return conversations.map(({ id }) => id);
}

/** @throws {ModelwrightError} `TOKENIZER_CHAT_TEMPLATE_FAILED` naming the conversation. */
function tokensOf(conversation: Conversation, reading: Parameters<typeof conversationTokens>[1]) {
  try {
    return conversationTokens(conversation.messages, reading);
  } catch (error) {
    if (!(error instanceof ModelwrightError) || error.code !== "TOKENIZER_CHAT_TEMPLATE_FAILED") throw error;
    const { problem } = error.details as { readonly problem: string };
    const named = { problem: `${problem} (in ${conversation.id})` };
    throw new ModelwrightError("TOKENIZER_CHAT_TEMPLATE_FAILED", named, { cause: error });
  }
}

function keyOf({ messages }: Conversation): string {
  return JSON.stringify(messages);
}

function draw(
  conversations: Conversations,
  { limit, seed }: { readonly limit: number; readonly seed: number },
): Conversations {
  const order = RandomSource.fromSeed(seed).stream("limit").shuffle(Int32Array.from(conversations.keys()));
  return Array.from(order.subarray(0, limit).sort(), (row) => conversations[row]!);
}

function splitConversations(
  conversations: Conversations,
  { test, validation, seed, source }: Recipes["instruction-tuning"]["data"]["split"] & { readonly source: string },
) {
  const questions = new Map<string, number>();
  const groups = Int32Array.from(conversations, ({ messages }) => {
    const question = questionOf({ messages });
    if (!questions.has(question)) questions.set(question, questions.size);
    return questions.get(question)!;
  });
  const strata = conversations.map(() => ["all"] as [string]);
  const rows = splitRows({ strata, groups, test, validation, stratify: false, seed });
  for (const [name, own] of Object.entries(rows)) {
    if (own.length > 0) continue;
    throw new ModelwrightError("DATA_SPLIT_EMPTY", { file: source, split: name, rows: conversations.length });
  }
  const pick = (own: readonly number[]) => own.map((row) => conversations[row]!);
  return { train: pick(rows.train), validation: pick(rows.validation), test: pick(rows.test) };
}

/** What a conversation begins with. */
function questionOf({ messages }: Pick<Conversation, "messages">): string {
  return messages.find(({ role }) => role === "user")?.content ?? "";
}

function digestOf(splits: Readonly<Record<string, Conversations>>): string {
  const hash = createHash("sha256");
  for (const [name, conversations] of Object.entries(splits)) {
    hash.update(`${name}\n`);
    for (const { id, messages } of conversations) hash.update(`${JSON.stringify([id, messages])}\n`);
  }
  return hash.digest("hex");
}
