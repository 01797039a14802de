import {
  ASSISTANT,
  applyChatTemplate,
  type ChatTemplateConfig,
  chatTemplateOf,
  PLAIN_CHAT_TEMPLATE,
  type TextTokenizer,
} from "@modelwright/data";
import type { LoadedDecoder } from "@modelwright/models";
import { noEndOfText } from "./end-of-text.ts";

/** How a decoder reads conversations. */
export interface ChatReading {
  /** With a chat template, and the token that ends a text. */
  readonly config: ChatTemplateConfig & Readonly<Record<string, unknown>>;
  /** Whether the template is the plain one, since the model came without. */
  readonly isPlain: boolean;
  /** Tokens that end an answer: those that end a text, and that by which the template ends a turn. */
  readonly endIds: readonly number[];
  /** Tokens that are read before an answer to a single question, beside the question's own. */
  readonly headings: number;
}

const QUESTION = { role: "user", content: "?" };
const ANSWER = { role: ASSISTANT, content: "!" };

/**
 * How a decoder reads conversations, by its files.
 *
 * @param name The decoder's, for messages.
 * @throws {ModelwrightError} `MODEL_CONFIG_INVALID` where no file names a token that ends a text.
 */
export function chatReading(
  { tokenizerConfig, generation: { endIds } }: Pick<LoadedDecoder, "tokenizerConfig" | "generation">,
  { tokenizer, name }: { readonly tokenizer: TextTokenizer; readonly name: string },
): ChatReading {
  const [end] = endIds;
  const named = (tokenizerConfig as ChatTemplateConfig).eos_token;
  if (end === undefined) noEndOfText(name);
  const eos_token = named ?? tokenizer.decode([end], { keepSpecialTokens: true });
  const isPlain = chatTemplateOf(tokenizerConfig as ChatTemplateConfig) === undefined;
  const config = { ...tokenizerConfig, eos_token, ...(isPlain ? { chat_template: PLAIN_CHAT_TEMPLATE } : {}) };
  const length = (text: string) => tokenizer.encode(text, Number.POSITIVE_INFINITY).length;
  const asked = applyChatTemplate(config, [QUESTION], { addGenerationPrompt: true });
  return {
    config,
    isPlain,
    endIds: [...new Set([...endIds, ...turnEnd(config, tokenizer)])],
    headings: length(asked) - length(QUESTION.content),
  };
}

/** The special token that a template writes right behind an answer; none where it writes another. */
function turnEnd(config: ChatTemplateConfig, tokenizer: TextTokenizer): readonly number[] {
  const text = applyChatTemplate(config, [QUESTION, ANSWER]);
  const rest = text.slice(text.lastIndexOf(ANSWER.content) + ANSWER.content.length);
  const [first] = tokenizer.encode(rest, Number.POSITIVE_INFINITY);
  const isSpecial = first !== undefined && tokenizer.decode([first]) === "";
  return isSpecial ? [first] : [];
}
