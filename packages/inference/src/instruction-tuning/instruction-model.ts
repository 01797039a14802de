import { join } from "node:path";
import type { AnswerOf, ManifestOf } from "@modelwright/contracts";
import {
  ASSISTANT,
  type ChatMessage,
  type ChatTemplateConfig,
  type Conversation,
  conversationTokens,
} from "@modelwright/data";
import { defaultRuntime } from "@modelwright/engine";
import type { Generation } from "../generation/generate-options.ts";
import type { DocumentScore } from "../language-models/language-model.ts";
import { scoreRows } from "../language-models/score-rows.ts";
import { WritingDecoder, type WritingDecoderParts, type WritingOptions } from "../language-models/writing-decoder.ts";
import { writingSession } from "../language-models/writing-session.ts";
import type { LoadedModel, PredictRequest, PreparedItems } from "../loaded-model.ts";
import { type LoadOptions, readJson, unreadable } from "../open-version.ts";
import { openTexts } from "../texts/open-texts.ts";
import { requireTexts } from "../texts/require-texts.ts";

type Task = "instruction-tuning";
type Manifest = ManifestOf<Task>;

/** A loaded decoder that answers in conversations. */
export class InstructionModel extends WritingDecoder implements LoadedModel<Task, AnswerOf<Task>> {
  readonly manifest: Manifest;

  /** @param parts.tokenizerConfig With the chat template. */
  constructor(manifest: Manifest, parts: WritingDecoderParts & { readonly tokenizerConfig: ChatTemplateConfig }) {
    const { maxLength, endIds } = manifest.preprocessing;
    const { read, frame } = parts.tokenizer;
    const beginIds = [...read("", Number.POSITIVE_INFINITY)].slice(0, frame.before);
    super({ maxLength, beginIds, endIds }, parts);
    this.manifest = manifest;
  }

  /**
   * @param directory A version folder: `modelwright.json`, `tokenizer.json`, `tokenizer_config.json`, `onnx/model.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph.
   */
  static async load(directory: string, options: LoadOptions = {}): Promise<InstructionModel> {
    const runtime = options.runtime ?? (await defaultRuntime());
    const opened = { ...writingSession(options), runtime, attendsInPlace: true };
    const version = await openTexts(directory, "instruction-tuning", opened);
    try {
      const file = version.manifest.preprocessing.tokenizerConfig;
      const config = await readJson(directory, file, options);
      if (typeof config !== "object" || config === null) unreadable(join(directory, file), "it must hold an object");
      const tokenizerConfig = config as ChatTemplateConfig;
      return new InstructionModel(version.manifest, {
        ...version,
        tokenizerConfig,
        runtime,
        mostRows: options.maxBatch,
      });
    } catch (error) {
      version.session.release();
      throw error;
    }
  }

  /** As `chat`, to a prompt alone. */
  answer(prompt: string, options?: WritingOptions): Promise<Generation> {
    return this.chat([{ role: "user", content: prompt }], options);
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
    const scores = await scoreRows(this.reader, rows, { vocabularySize, onProgress });
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

  #texts(messages: readonly ChatMessage[]) {
    const { maxLength, endIds } = this.manifest.preprocessing;
    // The last token is predicted, and not read.
    const reading = { tokenizer: this.tokenizer, config: this.tokenizerConfig, maxLength: maxLength + 1 };
    return conversationTokens(messages, { ...reading, endIds: new Set(endIds) });
  }
}

function answersOf({ messages }: Conversation): readonly ChatMessage[] {
  return messages.filter(({ role }) => role === ASSISTANT);
}

function charactersOf(conversation: Conversation): number {
  return answersOf(conversation).reduce((sum, { content }) => sum + Array.from(content).length, 0);
}
