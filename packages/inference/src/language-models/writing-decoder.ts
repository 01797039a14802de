import { ModelwrightError } from "@modelwright/contracts";
import { type ChatMessage, type ChatTemplateConfig, promptTokens, type TextTokenizer } from "@modelwright/data";
import type { Runtime, Session } from "@modelwright/engine";
import { TokenTexts } from "../generation/constraints/token-texts.ts";
import {
  checkGenerateOptions,
  DEFAULT_MAX_TOKENS,
  type GenerateOptions,
  type Generation,
  type GenerationRequest,
} from "../generation/generate-options.ts";
import { Generator } from "../generation/generator.ts";
import { openReader } from "../generation/rows/open-reader.ts";
import type { TokenReader } from "../generation/rows/token-rows.ts";
import { streamTexts } from "../generation/stream-texts.ts";
import type { Prompt, TextWriter, WriteRequest, Written } from "../generation/text-writer.ts";
import type { WarmUp } from "../loaded-model.ts";

/** How a text is written, and who is told of it as it comes. */
export type WritingOptions = GenerateOptions & Pick<GenerationRequest, "signal" | "onText">;

/** What a decoder that writes is made of. */
export interface WritingDecoderParts {
  readonly tokenizer: TextTokenizer;
  readonly session: Session;
  /** Of the session. */
  readonly runtime: Runtime;
  /** Texts that are written side by side; more wait. Default 32. */
  readonly mostRows?: number | undefined;
  /** `tokenizer_config.json`, of which conversations need the chat template. Default: the model knows no conversations. */
  readonly tokenizerConfig?: ChatTemplateConfig | undefined;
}

/** How it reads and ends texts. */
export interface WritingRules {
  /** Tokens that it reads at once. */
  readonly maxLength: number;
  /** Stand in front of every text; a chat template writes itself what stands before a conversation. */
  readonly beginIds: readonly number[];
  /** Each of them ends a text; one at least. */
  readonly endIds: readonly number[];
}

/** Tokens of the longest prompt of a warm-up: what a longer one takes is not worth waiting for. */
const LONGEST_WARM_UP = 256;

/**
 * A decoder that writes, whatever it was trained for: behind a text, or the next turn of a conversation. Texts that are asked for at the same
 * time are written side by side.
 */
export class WritingDecoder implements TextWriter {
  readonly tokenizer: TextTokenizer;
  readonly writer: TextWriter = this;
  protected readonly reader: TokenReader;
  protected readonly tokenizerConfig: ChatTemplateConfig;
  readonly #rules: WritingRules;
  readonly #generator: Generator;

  constructor(rules: WritingRules, parts: WritingDecoderParts) {
    const { tokenizer, session, runtime, mostRows = 32, tokenizerConfig = {} } = parts;
    this.tokenizer = tokenizer;
    this.tokenizerConfig = tokenizerConfig;
    this.reader = openReader(session, { maxLength: rules.maxLength, runtime });
    this.#rules = rules;
    const tokenTexts = new TokenTexts(tokenizer);
    this.#generator = new Generator(this.reader, { tokenizer, tokenTexts, endIds: new Set(rules.endIds), mostRows });
  }

  /** Token ids of a whole text. */
  encode(text: string): Int32Array {
    return this.tokenizer.encode(text, Number.POSITIVE_INFINITY);
  }

  /**
   * Writes on behind a prompt, token by token, until the model ends the text. Of a long text it sees the last tokens that it can read.
   *
   * @param prompt A text or its token ids. It may be empty: then the model begins a text.
   * @param options.signal Ends the writing between two tokens.
   * @param options.onText Is given the text as it comes: never a part of a stop string, never half a character.
   * @throws {ModelwrightError} `MODEL_OPTION_INVALID`; `MODEL_INPUT_INVALID` for a token id beyond the vocabulary.
   */
  generate(prompt: string | Int32Array, options: WritingOptions = {}): Promise<Generation> {
    return this.#begin(typeof prompt === "string" ? { text: prompt } : { tokens: [...prompt] }, options);
  }

  /**
   * Answers in a conversation, token by token, until the model ends its turn or can read no more.
   *
   * @param options As `generate` takes them.
   * @throws {ModelwrightError} `MODEL_OPTION_INVALID`; `MODEL_CONVERSATION_TOO_LONG` for more tokens than the model reads;
   * `TOKENIZER_CHAT_TEMPLATE_MISSING` where it knows no conversations, `TOKENIZER_CHAT_TEMPLATE_FAILED` for turns that it does not know.
   */
  chat(messages: readonly ChatMessage[], options: WritingOptions = {}): Promise<Generation> {
    return this.#begin({ messages }, options);
  }

  /**
   * As `generate` of a text, or `chat` of messages: the text as it comes. Whoever leaves the loop ends the writing.
   *
   * @example
   * for await (const text of model.stream("The mayor said")) process.stdout.write(text);
   *
   * @returns Parts of the text; behind the last, what `generate` gives.
   */
  stream(
    prompt: string | Int32Array | readonly ChatMessage[],
    options: Omit<WritingOptions, "onText"> = {},
  ): AsyncGenerator<string, Generation, undefined> {
    const isText = typeof prompt === "string" || prompt instanceof Int32Array;
    const write = (followed: WritingOptions) =>
      isText ? this.generate(prompt, followed) : this.chat(prompt, followed);
    return streamTexts((followed) => write({ ...options, ...followed }), options.signal);
  }

  async write({ prompt: given, options, signal, onText }: WriteRequest): Promise<Written> {
    checkGenerateOptions(options);
    signal?.throwIfAborted();
    const prompt = this.#promptOf(given);
    const { maxLength } = this.#rules;
    // The last token that is written need not be read.
    const room = Math.max(1, maxLength + 1 - prompt.length);
    const wanted = options.maxTokens ?? room;
    // A text may lose its beginning, and a conversation must not.
    const maxTokens = "messages" in given ? Math.min(wanted, room) : wanted;
    const written = await this.#generator.generate({ prompt, options: { ...options, maxTokens }, signal, onText });
    return { ...written, promptTokens: Math.min(prompt.length, maxLength) };
  }

  /** Reads the shortest prompt, and a long one. */
  async warmUp(): Promise<WarmUp> {
    const { maxLength, endIds } = this.#rules;
    for (const length of [1, Math.min(maxLength, LONGEST_WARM_UP)])
      await this.generate(new Int32Array(length).fill(endIds[0]!), { maxTokens: 1 });
    return {};
  }

  /** Frees the session when the texts under way are written; nothing may be asked afterwards. */
  release(): void {
    this.#generator.release();
  }

  async #begin(prompt: Prompt, { signal, onText, ...options }: WritingOptions): Promise<Generation> {
    const { maxTokens = DEFAULT_MAX_TOKENS } = options;
    const { promptTokens: _, ...written } = await this.write({
      prompt,
      options: { ...options, maxTokens },
      signal,
      onText,
    });
    return written;
  }

  /** Token ids of a prompt, one at least. */
  #promptOf(prompt: Prompt): readonly number[] {
    const { beginIds, endIds } = this.#rules;
    const ids = "messages" in prompt ? this.#conversation(prompt.messages) : [...beginIds, ...this.#textIds(prompt)];
    // What ends a text is all that can stand before the first of its tokens where nothing else does.
    return ids.length > 0 ? ids : [endIds[0]!];
  }

  #textIds(prompt: Exclude<Prompt, { readonly messages: readonly ChatMessage[] }>): Iterable<number> {
    if ("text" in prompt) return this.encode(prompt.text);
    const { vocabularySize } = this.tokenizer;
    const unknown = prompt.tokens.find((id) => id >= vocabularySize);
    if (unknown === undefined) return prompt.tokens;
    const rule = `token ids of the model's vocabulary, below ${vocabularySize}`;
    throw new ModelwrightError("MODEL_INPUT_INVALID", { path: "prompt", rule, got: String(unknown) });
  }

  #conversation(messages: readonly ChatMessage[]): readonly number[] {
    const { maxLength: limit } = this.#rules;
    const ids = promptTokens(messages, { tokenizer: this.tokenizer, config: this.tokenizerConfig });
    if (ids.length <= limit) return [...ids];
    throw new ModelwrightError("MODEL_CONVERSATION_TOO_LONG", { path: "messages", tokens: ids.length, limit });
  }
}
