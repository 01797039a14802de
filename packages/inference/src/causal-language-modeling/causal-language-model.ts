import { type AnswerOf, type ManifestOf, ModelwrightError } from "@modelwright/contracts";
import type { TextDocument, TextTokenizer } from "@modelwright/data";
import { RandomSource, type Session, tensor } from "@modelwright/engine";
import {
  type DocumentScore,
  type LanguageModel,
  type ScoreOptions,
  textOf,
} from "../language-models/language-model.ts";
import { crossEntropyOf, likeliest, rowsOfRun, scoresAt } from "../language-models/logits.ts";
import type { LoadedModel, PredictRequest, PreparedItems, WarmUp } from "../loaded-model.ts";
import type { LoadOptions } from "../open-version.ts";
import { openTexts } from "../texts/open-texts.ts";
import { requireTexts } from "../texts/require-texts.ts";
import { type SamplingOptions, sampleToken } from "./sample-token.ts";

type Task = "causal-language-modeling";
type Manifest = ManifestOf<Task>;

export interface GenerateOptions extends SamplingOptions {
  /** Most tokens that are written. Default 100. */
  readonly maxTokens?: number | undefined;
  /** The same seed writes the same text. Default 7. */
  readonly seed?: number | undefined;
}

/** What was written behind a prompt. */
export interface Generation {
  /** Without the prompt. */
  readonly text: string;
  /** Tokens of it. */
  readonly tokens: number;
  /** Why it ends: the model ended the text, or `maxTokens` were written. */
  readonly finish: "end-of-text" | "max-tokens";
}

/** What the model reads at once: a part of a document's stream, and where its labels are counted. */
interface Window {
  readonly document: number;
  readonly start: number;
  readonly length: number;
}

/** A loaded language model that predicts the token which follows, and so writes on behind a text. */
export class CausalLanguageModel implements LanguageModel {
  readonly #reading: Manifest["preprocessing"];
  readonly tokenizer: TextTokenizer;
  readonly #session: Session;

  constructor(
    reading: Manifest["preprocessing"],
    { tokenizer, session }: { readonly tokenizer: TextTokenizer; readonly session: Session },
  ) {
    this.#reading = reading;
    this.tokenizer = tokenizer;
    this.#session = session;
  }

  /**
   * @param directory A version folder: `modelwright.json`, `tokenizer.json`, `onnx/model.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph.
   */
  static async load(directory: string, options: LoadOptions = {}): Promise<LoadedCausalLanguageModel> {
    const version = await openTexts(directory, "causal-language-modeling", options);
    return new LoadedCausalLanguageModel(version.manifest, version);
  }

  /** Token ids of a whole text. */
  encode(text: string): Int32Array {
    return this.tokenizer.encode(text, Number.POSITIVE_INFINITY);
  }

  /**
   * Writes on behind a prompt, token by token, until the model ends the text. Of a long text it sees the last tokens that it can read.
   *
   * Every token reads the whole window again; nothing is cached between them.
   *
   * @param prompt A text or its token ids. It may be empty: then the model begins a text.
   * @param options.signal Ends the writing between two tokens.
   * @throws {ModelwrightError} `MODEL_OPTION_INVALID`.
   */
  async generate(
    prompt: string | Int32Array,
    { signal, ...options }: GenerateOptions & { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Generation> {
    const { maxTokens = 100, seed = 7 } = options;
    checkGenerateOptions({ ...options, maxTokens, seed });
    const { maxLength, endOfTextId } = this.#reading;
    const random = RandomSource.fromSeed(seed).stream("generate");
    const prompted = typeof prompt === "string" ? this.encode(prompt) : prompt;
    const ids = [endOfTextId, ...prompted];
    const unknownId = this.tokenizer.idOf("[UNK]");
    let finish: Generation["finish"] = "max-tokens";
    while (ids.length - 1 - prompted.length < maxTokens) {
      signal?.throwIfAborted();
      const read = ids.slice(-maxLength);
      const input = tensor("int64", [1, read.length], BigInt64Array.from(read, BigInt));
      const { logits } = await this.#session.run({ input_ids: input });
      const scores = scoresAt(logits!.data, read.length - 1, this.tokenizer.vocabularySize).slice();
      if (unknownId !== undefined) scores[unknownId] = Number.NEGATIVE_INFINITY;
      const next = sampleToken(scores, { ...options, random });
      if (next === endOfTextId) {
        finish = "end-of-text";
        break;
      }
      ids.push(next);
    }
    // Tokens that begin a word are told from others by what stands before them.
    const before = this.tokenizer.decode(prompted);
    const text = this.tokenizer.decode(ids.slice(1)).slice(before.length);
    return { text, tokens: ids.length - 1 - prompted.length, finish };
  }

  /** Predicts every token of every document once, from the tokens before it in its window of `maxLength`. */
  async score(documents: readonly TextDocument[], { onProgress }: ScoreOptions): Promise<DocumentScore[]> {
    const { maxLength, endOfTextId } = this.#reading;
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
      const longest = run.at(-1)!.length;
      const ids = new BigInt64Array(run.length * longest).fill(BigInt(endOfTextId));
      for (const [row, { document, start, length }] of run.entries())
        ids.set(BigInt64Array.from(streams[document]!.subarray(start, start + length), BigInt), row * longest);
      const { logits } = await this.#session.run({ input_ids: tensor("int64", [run.length, longest], ids) });
      for (const [row, { document, start, length }] of run.entries()) {
        const total = totals[document]!;
        for (let at = 0; at < length; at++) {
          const scores = scoresAt(logits!.data, row * longest + at, vocabularySize);
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

  /** Frees the session; nothing may be asked afterwards. */
  release(): void {
    this.#session.release();
  }
}

/** A causal language model with its manifest: what a version's folder holds. */
export class LoadedCausalLanguageModel extends CausalLanguageModel implements LoadedModel<Task, AnswerOf<Task>> {
  readonly manifest: Manifest;

  constructor(manifest: Manifest, parts: { readonly tokenizer: TextTokenizer; readonly session: Session }) {
    super(manifest.preprocessing, parts);
    this.manifest = manifest;
  }

  /** Prompts are written on one after the other: each by itself, so that its text does not depend on its neighbours. */
  prepare(prompts: readonly string[]): PreparedItems<Task, AnswerOf<Task>> {
    requireTexts(prompts);
    const encoded = prompts.map((prompt) => this.encode(prompt));
    return {
      run: async ({ options, signal } = {}) => {
        const answers: AnswerOf<Task>[] = [];
        for (const prompt of encoded) {
          const { text, ...rest } = await this.generate(prompt, { ...options, signal });
          answers.push({ continuation: text, ...rest });
        }
        return answers;
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

/** Each option with its rule. */
const RULES: Readonly<
  Record<keyof GenerateOptions, { readonly rule: string; readonly holds: (value: number) => boolean }>
> = {
  maxTokens: { rule: "a whole number of at least 1", holds: (value) => Number.isInteger(value) && value >= 1 },
  temperature: { rule: "a number of at least 0", holds: (value) => Number.isFinite(value) && value >= 0 },
  topK: { rule: "a whole number of at least 1", holds: (value) => Number.isInteger(value) && value >= 1 },
  topP: { rule: "above 0 and at most 1", holds: (value) => value > 0 && value <= 1 },
  seed: { rule: "a whole number of at least 0", holds: (value) => Number.isSafeInteger(value) && value >= 0 },
};

function checkGenerateOptions(options: GenerateOptions): void {
  for (const [option, { rule, holds }] of Object.entries(RULES)) {
    const value = options[option as keyof GenerateOptions];
    if (value !== undefined && !holds(value))
      throw new ModelwrightError("MODEL_OPTION_INVALID", { option, rule, value });
  }
}
