import { join } from "node:path";
import type { AnswerOf, ManifestOf } from "@modelwright/contracts";
import {
  ASSISTANT,
  type ChatMessage,
  type ChatTemplateConfig,
  type Conversation,
  conversationTokens,
  promptTokens,
  type TextTokenizer,
} from "@modelwright/data";
import { defaultRuntime, type Runtime, type Session } from "@modelwright/engine";
import { TokenTexts } from "../generation/constraints/token-texts.ts";
import {
  checkGenerateOptions,
  type GenerateOptions,
  type Generation,
  type GenerationRequest,
} from "../generation/generate-options.ts";
import { Generator } from "../generation/generator.ts";
import { openReader } from "../generation/rows/open-reader.ts";
import type { TokenReader } from "../generation/rows/token-rows.ts";
import type { DocumentScore } from "../language-models/language-model.ts";
import { scoreRows } from "../language-models/score-rows.ts";
import type { LoadedModel, PredictRequest, PreparedItems, WarmUp } from "../loaded-model.ts";
import { type LoadOptions, readJson, unreadable } from "../open-version.ts";
import { openTexts } from "../texts/open-texts.ts";
import { requireTexts } from "../texts/require-texts.ts";

type Task = "instruction-tuning";
type Manifest = ManifestOf<Task>;

/** How an answer is written. */
export type ChatOptions = GenerateOptions & Pick<GenerationRequest, "signal" | "onText">;

interface InstructionModelParts {
  readonly tokenizer: TextTokenizer;
  /** With the chat template. */
  readonly config: ChatTemplateConfig;
  readonly session: Session;
  readonly runtime: Runtime;
  /** Answers that are written side by side; more wait. Default 32. */
  readonly mostRows?: number | undefined;
}

/** A loaded decoder that answers in conversations. */
export class InstructionModel implements LoadedModel<Task, AnswerOf<Task>> {
  readonly manifest: Manifest;
  readonly tokenizer: TextTokenizer;
  readonly #config: ChatTemplateConfig;
  readonly #reader: TokenReader;
  readonly #generator: Generator;

  constructor(manifest: Manifest, { tokenizer, config, session, runtime, mostRows = 32 }: InstructionModelParts) {
    const { maxLength, endIds } = manifest.preprocessing;
    this.manifest = manifest;
    this.tokenizer = tokenizer;
    this.#config = config;
    this.#reader = openReader(session, { maxLength, runtime });
    const tokenTexts = new TokenTexts(tokenizer);
    this.#generator = new Generator(this.#reader, { tokenizer, tokenTexts, endIds: new Set(endIds), mostRows });
  }

  /**
   * @param directory A version folder: `modelwright.json`, `tokenizer.json`, `tokenizer_config.json`, `onnx/model.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph.
   */
  static async load(directory: string, options: LoadOptions = {}): Promise<InstructionModel> {
    const runtime = options.runtime ?? (await defaultRuntime());
    const version = await openTexts(directory, "instruction-tuning", { ...options, runtime });
    try {
      const file = version.manifest.preprocessing.tokenizerConfig;
      const config = await readJson(directory, file, options);
      if (typeof config !== "object" || config === null) unreadable(join(directory, file), "it must hold an object");
      const parts = { ...version, config: config as ChatTemplateConfig, runtime, mostRows: options.maxBatch };
      return new InstructionModel(version.manifest, parts);
    } catch (error) {
      version.session.release();
      throw error;
    }
  }

  /**
   * Answers the last message of a conversation, token by token, until the model ends its answer. Of a long conversation it sees the last
   * tokens that it can read.
   *
   * @param options.signal Ends the writing between two tokens.
   * @param options.onText Is given the answer as it comes.
   * @throws {ModelwrightError} `MODEL_OPTION_INVALID`; `TOKENIZER_CHAT_TEMPLATE_FAILED` for turns that the model does not know.
   */
  async chat(messages: readonly ChatMessage[], { signal, onText, ...options }: ChatOptions = {}): Promise<Generation> {
    checkGenerateOptions(options);
    signal?.throwIfAborted();
    const prompt = [...this.#prompt(messages)];
    return this.#generator.generate({ prompt, options, signal, onText });
  }

  /** As `chat`, to a prompt alone. */
  answer(prompt: string, options?: ChatOptions): Promise<Generation> {
    return this.chat(conversationOf(prompt), options);
  }

  prepare(prompts: readonly string[]): PreparedItems<Task, AnswerOf<Task>> {
    requireTexts(prompts);
    return {
      run: async ({ options, signal } = {}) => {
        const written = await Promise.all(prompts.map((prompt) => this.answer(prompt, { ...options, signal })));
        return written.map(({ text, ...rest }) => ({ answer: text, ...rest }));
      },
    };
  }

  /** Answers to prompts, in their order. */
  async predict(prompts: readonly string[], request?: PredictRequest<Task>): Promise<AnswerOf<Task>[]> {
    return [...(await this.prepare(prompts).run(request))];
  }

  /**
   * Predicts every token of the answers of conversations, from what stands before it; conversations are cut to what the model reads.
   *
   * @returns One score per conversation; one of no tokens where its answers were cut off.
   */
  async score(
    conversations: readonly Conversation[],
    { onProgress }: { readonly onProgress?: ((done: number, total: number) => void) | undefined } = {},
  ): Promise<DocumentScore[]> {
    const texts = conversations.map(({ messages }) => this.#texts(messages));
    const rows = texts.flat().map(({ ids, answered }) => ({ ids, predicted: answered }));
    const { vocabularySize } = this.tokenizer;
    const scores = await scoreRows(this.#reader, rows, { vocabularySize, onProgress });
    let first = 0;
    return conversations.map((conversation, i) => {
      const own = scores.slice(first, first + texts[i]!.length);
      first += texts[i]!.length;
      const sum = (of: "tokens" | "loss" | "right") => own.reduce((total, score) => total + score[of], 0);
      const isWhole = own.length > 0 && texts[i]!.every(({ cut }) => !cut);
      const characters = isWhole ? { characters: charactersOf(conversation) } : {};
      return { tokens: sum("tokens"), loss: sum("loss"), right: sum("right"), ...characters };
    });
  }

  /** The tokens of each conversation that `score` asks for. */
  targets(conversations: readonly Conversation[]): Int32Array[] {
    return conversations.map(({ messages }) =>
      Int32Array.from(
        this.#texts(messages).flatMap(({ ids, answered }) => [...ids].filter((_, i) => answered[i] === 1)),
      ),
    );
  }

  /** Answers the shortest prompt and the longest. */
  async warmUp(): Promise<WarmUp> {
    const { maxLength } = this.manifest.preprocessing;
    for (const prompt of ["Hi", "warm up ".repeat(maxLength)]) await this.answer(prompt, { maxTokens: 1 });
    return {};
  }

  /** Frees the session when the answers under way are written; nothing may be asked afterwards. */
  release(): void {
    this.#generator.release();
  }

  #prompt(messages: readonly ChatMessage[]): Int32Array {
    return promptTokens(messages, { tokenizer: this.tokenizer, config: this.#config });
  }

  #texts(messages: readonly ChatMessage[]) {
    const { maxLength, endIds } = this.manifest.preprocessing;
    // The last token is predicted, and not read.
    const reading = { tokenizer: this.tokenizer, config: this.#config, maxLength: maxLength + 1 };
    return conversationTokens(messages, { ...reading, endIds: new Set(endIds) });
  }
}

function conversationOf(prompt: string): readonly ChatMessage[] {
  return [{ role: "user", content: prompt }];
}

function answersOf({ messages }: Conversation): readonly ChatMessage[] {
  return messages.filter(({ role }) => role === ASSISTANT);
}

function charactersOf(conversation: Conversation): number {
  return answersOf(conversation).reduce((sum, { content }) => sum + Array.from(content).length, 0);
}
