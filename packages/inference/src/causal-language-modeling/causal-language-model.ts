import { type AnswerOf, type ManifestOf, ModelwrightError } from "@modelwright/contracts";
import { applyChatTemplate, type ChatTemplateConfig, type TextDocument, type TextTokenizer } from "@modelwright/data";
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
import { TextQueue } from "../generation/text-queue.ts";
import type { Prompt, TextWriter, WriteRequest, Written } from "../generation/text-writer.ts";
import {
  type DocumentScore,
  type LanguageModel,
  type ScoreOptions,
  textOf,
} from "../language-models/language-model.ts";
import { crossEntropyOf, likeliest, rowsOfRun } from "../language-models/logits.ts";
import type { LoadedModel, PredictRequest, PreparedItems, WarmUp } from "../loaded-model.ts";
import { type LoadOptions, readJson } from "../open-version.ts";
import { openTexts } from "../texts/open-texts.ts";
import { requireTexts } from "../texts/require-texts.ts";

type Task = "causal-language-modeling";
type Manifest = ManifestOf<Task>;

/** What the model reads at once: a part of a document's stream, and where its labels are counted. */
interface Window {
  readonly document: number;
  readonly start: number;
  readonly length: number;
}

interface LanguageModelParts {
  readonly tokenizer: TextTokenizer;
  readonly session: Session;
  /** Of the session. */
  readonly runtime: Runtime;
  /** Texts that are written side by side; more wait. Default 32. */
  readonly mostRows?: number | undefined;
  /** `tokenizer_config.json`, of which conversations need the chat template. Default: the model knows no conversations. */
  readonly tokenizerConfig?: ChatTemplateConfig | undefined;
}

/** A loaded language model that predicts the token which follows, and so writes on behind a text. */
export class CausalLanguageModel implements LanguageModel, TextWriter {
  readonly #reading: Manifest["preprocessing"];
  readonly tokenizer: TextTokenizer;
  readonly #reader: TokenReader;
  readonly #generator: Generator;
  readonly #tokenizerConfig: ChatTemplateConfig;

  constructor(reading: Manifest["preprocessing"], parts: LanguageModelParts) {
    const { tokenizer, session, runtime, mostRows = 32, tokenizerConfig = {} } = parts;
    this.#tokenizerConfig = tokenizerConfig;
    const { maxLength, endOfTextId } = reading;
    this.#reading = reading;
    this.tokenizer = tokenizer;
    this.#reader = openReader(session, { maxLength, runtime });
    const tokenTexts = new TokenTexts(tokenizer);
    this.#generator = new Generator(this.#reader, { tokenizer, tokenTexts, endIds: new Set([endOfTextId]), mostRows });
  }

  /**
   * @param directory A version folder: `modelwright.json`, `tokenizer.json`, `onnx/model.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph.
   */
  static async load(directory: string, options: LoadOptions = {}): Promise<LoadedCausalLanguageModel> {
    const runtime = options.runtime ?? (await defaultRuntime());
    const version = await openTexts(directory, "causal-language-modeling", { ...options, runtime });
    try {
      const tokenizerConfig = await readTokenizerConfig(directory, version.manifest, options);
      const parts = { ...version, runtime, mostRows: options.maxBatch, tokenizerConfig };
      return new LoadedCausalLanguageModel(version.manifest, parts);
    } catch (error) {
      version.session.release();
      throw error;
    }
  }

  /** Token ids of a whole text. */
  encode(text: string): Int32Array {
    return this.tokenizer.encode(text, Number.POSITIVE_INFINITY);
  }

  /**
   * Writes on behind a prompt, token by token, until the model ends the text. Of a long text it sees the last tokens that it can read.
   *
   * Texts that are asked for at the same time are written side by side.
   *
   * @param prompt A text or its token ids. It may be empty: then the model begins a text.
   * @param options.signal Ends the writing between two tokens.
   * @param options.onText Is given the text as it comes: never a part of a stop string, never half a character.
   * @throws {ModelwrightError} `MODEL_OPTION_INVALID`.
   */
  async generate(
    prompt: string | Int32Array,
    { signal, onText, ...options }: GenerateOptions & Pick<GenerationRequest, "signal" | "onText"> = {},
  ): Promise<Generation> {
    checkGenerateOptions(options);
    signal?.throwIfAborted();
    const ids = typeof prompt === "string" ? this.encode(prompt) : prompt;
    return this.#generator.generate({ prompt: [this.#reading.endOfTextId, ...ids], options, signal, onText });
  }

  async write({ prompt: given, options, signal, onText }: WriteRequest): Promise<Written> {
    checkGenerateOptions(options);
    signal?.throwIfAborted();
    const prompt = this.#promptOf(given);
    const maxTokens = options.maxTokens ?? Math.max(1, this.#reading.maxLength - prompt.length);
    const written = await this.#generator.generate({ prompt, options: { ...options, maxTokens }, signal, onText });
    return { ...written, promptTokens: Math.min(prompt.length, this.#reading.maxLength) };
  }

  /** Token ids of a prompt. A chat template writes itself what stands before a conversation. */
  #promptOf(prompt: Prompt): readonly number[] {
    if ("messages" in prompt) {
      const text = applyChatTemplate(this.#tokenizerConfig, prompt.messages, { addGenerationPrompt: true });
      const ids = this.encode(text);
      const { maxLength } = this.#reading;
      if (ids.length <= maxLength) return [...ids];
      const counts = { tokens: ids.length, limit: maxLength };
      throw new ModelwrightError("MODEL_CONVERSATION_TOO_LONG", { path: "messages", ...counts });
    }
    if ("text" in prompt) return [this.#reading.endOfTextId, ...this.encode(prompt.text)];
    const { vocabularySize } = this.tokenizer;
    const unknown = prompt.tokens.find((id) => id >= vocabularySize);
    if (unknown === undefined) return [this.#reading.endOfTextId, ...prompt.tokens];
    const rule = `token ids of the model's vocabulary, below ${vocabularySize}`;
    throw new ModelwrightError("MODEL_INPUT_INVALID", { path: "prompt", rule, got: String(unknown) });
  }

  /**
   * As `generate`, the text as it comes. Whoever leaves the loop ends the writing.
   *
   * @example
   * for await (const text of model.stream("The mayor said")) process.stdout.write(text);
   *
   * @returns Parts of the text; behind the last, what `generate` gives.
   */
  async *stream(
    prompt: string | Int32Array,
    options: GenerateOptions & Pick<GenerationRequest, "signal"> = {},
  ): AsyncGenerator<string, Generation, undefined> {
    const left = new AbortController();
    const { signal } = options;
    const texts = new TextQueue();
    const generation = this.generate(prompt, {
      ...options,
      signal: signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]),
      onText: (text) => texts.push(text),
    });
    generation.then(
      () => texts.end(),
      () => texts.end(),
    );
    try {
      yield* texts;
      return await generation;
    } finally {
      left.abort();
    }
  }

  /** Predicts every token of every document once, from the tokens before it in its window of `maxLength`. */
  async score(documents: readonly TextDocument[], { onProgress }: ScoreOptions): Promise<DocumentScore[]> {
    const { maxLength } = this.#reading;
    const { vocabularySize } = this.tokenizer;
    const streams = documents.map((document) => this.#stream(document));
    const totals = documents.map((document) => ({
      tokens: 0,
      loss: 0,
      right: 0,
      characters: Array.from(textOf(document)).length,
    }));
    const windows = streams.flatMap((stream, document) =>
      Array.from({ length: Math.ceil((stream.length - 1) / maxLength) }, (_, i): Window => {
        const start = i * maxLength;
        return { document, start, length: Math.min(maxLength, stream.length - 1 - start) };
      }),
    );
    windows.sort((a, b) => a.length - b.length);
    const rows = rowsOfRun(maxLength, vocabularySize);
    for (let first = 0; first < windows.length; first += rows) {
      const run = windows.slice(first, first + rows);
      const ids = run.map(({ document, start, length }) => streams[document]!.subarray(start, start + length));
      const scored = await this.#reader.scoreAll(ids);
      for (const [row, { document, start, length }] of run.entries()) {
        const total = totals[document]!;
        for (let at = 0; at < length; at++) {
          const scores = scored(row, at);
          const label = streams[document]![start + at + 1]!;
          total.loss += crossEntropyOf(scores, label);
          if (likeliest(scores) === label) total.right++;
          total.tokens++;
        }
      }
      onProgress?.(first + run.length, windows.length);
    }
    return totals;
  }

  targets(documents: readonly TextDocument[]): Int32Array[] {
    return documents.map((document) => this.#stream(document).subarray(1));
  }

  /** The tokens of a document between two ends of text. */
  #stream(document: TextDocument): Int32Array {
    const ids = this.encode(textOf(document));
    const stream = new Int32Array(ids.length + 2).fill(this.#reading.endOfTextId);
    stream.set(ids, 1);
    return stream;
  }

  /** Frees the session when the texts under way are written; nothing may be asked afterwards. */
  release(): void {
    this.#generator.release();
  }
}

/** A causal language model with its manifest: what a version's folder holds. */
export class LoadedCausalLanguageModel extends CausalLanguageModel implements LoadedModel<Task, AnswerOf<Task>> {
  readonly manifest: Manifest;
  readonly writer: TextWriter = this;

  constructor(manifest: Manifest, parts: LanguageModelParts) {
    super(manifest.preprocessing, parts);
    this.manifest = manifest;
  }

  /** Prompts are written on side by side. */
  prepare(prompts: readonly string[]): PreparedItems<Task, AnswerOf<Task>> {
    requireTexts(prompts);
    const encoded = prompts.map((prompt) => this.encode(prompt));
    return {
      run: async ({ options, signal } = {}) => {
        const written = await Promise.all(encoded.map((prompt) => this.generate(prompt, { ...options, signal })));
        return written.map(({ text, ...rest }) => ({ continuation: text, ...rest }));
      },
    };
  }

  /** Continuations of prompts, in their order; `generate` of each. */
  async predict(prompts: readonly string[], request?: PredictRequest<Task>): Promise<AnswerOf<Task>[]> {
    return [...(await this.prepare(prompts).run(request))];
  }

  /** Runs the shortest and the longest window. */
  async warmUp(): Promise<WarmUp> {
    const { maxLength } = this.manifest.preprocessing;
    for (const prompt of ["", "warm up ".repeat(maxLength)]) await this.generate(prompt, { maxTokens: 1 });
    return {};
  }
}

/** The version's `tokenizer_config.json`, where it has one. */
async function readTokenizerConfig(
  directory: string,
  { files }: Pick<Manifest, "files">,
  options: LoadOptions,
): Promise<ChatTemplateConfig> {
  const file = "tokenizer_config.json";
  return files.some(({ path }) => path === file)
    ? ((await readJson(directory, file, options)) as ChatTemplateConfig)
    : {};
}
