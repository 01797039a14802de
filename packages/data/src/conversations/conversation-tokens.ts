import { ModelwrightError } from "@modelwright/contracts";
import { applyChatTemplate, type ChatMessage, type ChatTemplateConfig } from "../tokenizers/chat-template.ts";
import type { TextTokenizer } from "../tokenizers/text-tokenizer.ts";
import { ASSISTANT } from "./conversation.ts";

/** A conversation, or a part of one, as a model reads it. */
export interface ConversationTokens {
  readonly ids: Int32Array;
  /** 1 for a token of an answer, its end included; 0 for what is given. */
  readonly answered: Uint8Array;
  /** Whether tokens of an answer were cut off. */
  readonly cut: boolean;
}

export interface ConversationReading {
  readonly tokenizer: TextTokenizer;
  /** With the chat template. */
  readonly config: ChatTemplateConfig;
  /** Ids that end an answer: what a template writes behind the first of them is not learnt. */
  readonly endIds: ReadonlySet<number>;
  /** Tokens that are read; those beyond are cut off. */
  readonly maxLength: number;
}

/** The answer to the question that stands before it. */
interface Turn {
  /** Everything up to where the answer begins. */
  readonly asked: Int32Array;
  readonly whole: Int32Array;
}

/**
 * The tokens of a conversation. Where the template writes earlier turns otherwise than the last one, as some do with thoughts, each answer has
 * a text of its own, as it is read when it is written. Texts whose answers are all cut off are left out.
 *
 * @throws {ModelwrightError} `TOKENIZER_CHAT_TEMPLATE_MISSING`, `TOKENIZER_CHAT_TEMPLATE_FAILED`.
 */
export function conversationTokens(
  messages: readonly ChatMessage[],
  reading: ConversationReading,
): readonly ConversationTokens[] {
  const answers = [...messages.keys()].filter((i) => messages[i]!.role === ASSISTANT);
  const turns = answers.map((i) => turnOf(messages.slice(0, i + 1), reading));
  const { whole } = turns.at(-1)!;
  const isOne = turns.every((turn) => beginsWith(whole, turn.whole));
  const texts = isOne ? [{ ids: whole, turns }] : turns.map((turn) => ({ ids: turn.whole, turns: [turn] }));
  const read = texts
    .map(({ ids, turns: own }) => cutTo(reading.maxLength, { ids, answered: answersIn(ids, own, reading) }))
    .filter(({ answered }) => answered.includes(1));
  return read.length === texts.length ? read : read.map((text) => ({ ...text, cut: true }));
}

/** The ids of a conversation up to where the assistant is to answer. */
export function promptTokens(
  messages: readonly ChatMessage[],
  { tokenizer, config }: Pick<ConversationReading, "tokenizer" | "config">,
): Int32Array {
  return tokenizer.encode(applyChatTemplate(config, messages, { addGenerationPrompt: true }), Number.POSITIVE_INFINITY);
}

function turnOf(messages: readonly ChatMessage[], { tokenizer, config }: ConversationReading): Turn {
  const encode = (text: string) => tokenizer.encode(text, Number.POSITIVE_INFINITY);
  const question = applyChatTemplate(config, messages.slice(0, -1), { addGenerationPrompt: true });
  const text = applyChatTemplate(config, messages);
  const asked = encode(question);
  const whole = encode(text);
  if (beginsWith(whole, asked)) return { asked, whole };
  if (!text.startsWith(question)) {
    const problem = "it does not write an answer behind the text that asks for it";
    throw new ModelwrightError("TOKENIZER_CHAT_TEMPLATE_FAILED", { problem });
  }
  // A token that spans both would not be there when the answer is written.
  return { asked, whole: Int32Array.of(...asked, ...encode(text.slice(question.length))) };
}

function cutTo(length: number, { ids, answered }: Omit<ConversationTokens, "cut">): ConversationTokens {
  const cut = answered.subarray(length).includes(1);
  return { ids: ids.slice(0, length), answered: answered.slice(0, length), cut };
}

function answersIn(ids: Int32Array, turns: readonly Turn[], { endIds }: ConversationReading): Uint8Array {
  const answered = new Uint8Array(ids.length);
  for (const { asked, whole } of turns) {
    const answer = whole.subarray(asked.length);
    const end = answer.findIndex((id) => endIds.has(id));
    answered.fill(1, asked.length, asked.length + (end < 0 ? answer.length : end + 1));
  }
  return answered;
}

function beginsWith(ids: Int32Array, beginning: Int32Array): boolean {
  return beginning.length <= ids.length && beginning.every((id, i) => ids[i] === id);
}
