import type { AnswerOf, ManifestOf } from "@modelwright/contracts";
import type { ChatTemplateConfig, TextDocument } from "@modelwright/data";
import { defaultRuntime } from "@modelwright/engine";
import {
  type DocumentScore,
  type LanguageModel,
  type ScoreOptions,
  textOf,
} from "../language-models/language-model.ts";
import { scoreRows } from "../language-models/score-rows.ts";
import { WritingDecoder, type WritingDecoderParts } from "../language-models/writing-decoder.ts";
import { writingSession } from "../language-models/writing-session.ts";
import type { LoadedModel, PredictRequest, PreparedItems } from "../loaded-model.ts";
import { type LoadOptions, readJson } from "../open-version.ts";
import { openTexts } from "../texts/open-texts.ts";
import { requireTexts } from "../texts/require-texts.ts";

type Task = "causal-language-modeling";
type Manifest = ManifestOf<Task>;

/** A loaded language model that predicts the token which follows, and so writes on behind a text. */
export class CausalLanguageModel extends WritingDecoder implements LanguageModel {
  readonly #reading: Manifest["preprocessing"];
  /** Stands before every text. */
  readonly #begin: number;

  constructor(reading: Manifest["preprocessing"], parts: WritingDecoderParts) {
    const { maxLength, endOfTextId, beginOfTextId = endOfTextId } = reading;
    super({ maxLength, beginIds: [beginOfTextId], endIds: [endOfTextId] }, parts);
    this.#reading = reading;
    this.#begin = beginOfTextId;
  }

  /**
   * @param directory A version folder: `modelwright.json`, `tokenizer.json`, `onnx/model.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph.
   */
  static async load(directory: string, options: LoadOptions = {}): Promise<LoadedCausalLanguageModel> {
    const runtime = options.runtime ?? (await defaultRuntime());
    const opened = { ...writingSession(options), runtime, attendsInPlace: true };
    const version = await openTexts(directory, "causal-language-modeling", opened);
    try {
      const tokenizerConfig = await readTokenizerConfig(directory, version.manifest, options);
      const parts = { ...version, runtime, mostRows: options.maxBatch, tokenizerConfig };
      return new LoadedCausalLanguageModel(version.manifest, parts);
    } catch (error) {
      version.session.release();
      throw error;
    }
  }

  /** Predicts every token of every document once, from the tokens before it in its window of `maxLength`. */
  async score(documents: readonly TextDocument[], { onProgress }: ScoreOptions): Promise<DocumentScore[]> {
    const { maxLength } = this.#reading;
    const { vocabularySize } = this.tokenizer;
    const windows = documents.flatMap((document, of) => {
      const stream = this.#stream(document);
      // The last token of a window is predicted, and not read.
      return Array.from({ length: Math.ceil((stream.length - 1) / maxLength) }, (_, i) => ({
        of,
        ids: stream.subarray(i * maxLength, (i + 1) * maxLength + 1),
      }));
    });
    const rows = windows.map(({ ids }) => ({ ids, predicted: new Uint8Array(ids.length).fill(1) }));
    const scores = await scoreRows(this.reader, rows, { vocabularySize, onProgress });
    const totals = documents.map((document) => ({
      tokens: 0,
      loss: 0,
      right: 0,
      characters: Array.from(textOf(document)).length,
    }));
    for (const [i, { of }] of windows.entries()) {
      const total = totals[of]!;
      for (const key of ["tokens", "loss", "right"] as const) total[key] += scores[i]![key];
    }
    return totals;
  }

  targets(documents: readonly TextDocument[]): Int32Array[] {
    return documents.map((document) => this.#stream(document).subarray(1));
  }

  /** The tokens of a document, with those that stand before and behind every text. */
  #stream(document: TextDocument): Int32Array {
    const ids = this.encode(textOf(document));
    const stream = new Int32Array(ids.length + 2).fill(this.#reading.endOfTextId);
    stream[0] = this.#begin;
    stream.set(ids, 1);
    return stream;
  }
}

/** A causal language model with its manifest: what a version's folder holds. */
export class LoadedCausalLanguageModel extends CausalLanguageModel implements LoadedModel<Task, AnswerOf<Task>> {
  readonly manifest: Manifest;

  constructor(manifest: Manifest, parts: WritingDecoderParts) {
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
