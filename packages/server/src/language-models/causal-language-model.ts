import { type CausalLanguageModelManifest, ModelwrightError } from "@modelwright/contracts";
import type { TextDocument, TextTokenizer } from "@modelwright/data";
import { RandomSource, type Session, tensor } from "@modelwright/engine";
import type { DocumentScore } from "@modelwright/evaluation";
import { type OpenOptions, openVersion } from "../inference/open-version.ts";
import { type LanguageModel, type ScoreOptions, textOf } from "./language-model.ts";
import { crossEntropyOf, likeliest, rowsOfRun, scoresAt } from "./logits.ts";
import { type SamplingOptions, samplePiece } from "./sample-piece.ts";

export interface GenerateOptions extends SamplingOptions {
  /** Most pieces that are written. Default 100. */
  readonly maxTokens?: number;
  /** The same seed writes the same text. Default 7. */
  readonly seed?: number;
}

/** What was written behind a prompt. */
export interface Generation {
  /** Without the prompt. */
  readonly text: string;
  /** Pieces of it. */
  readonly tokens: number;
  /** Why it ends: the model ended the text, or `maxTokens` were written. */
  readonly finish: "end-of-text" | "max-tokens";
}

/** What the model reads at once: a piece of a document's stream, and where its labels are counted. */
interface Window {
  readonly document: number;
  readonly start: number;
  readonly length: number;
}

/** A version of the task causal-language-modeling: foretells the piece that follows. */
export class CausalLanguageModel implements LanguageModel {
  readonly #reading: CausalLanguageModelManifest["preprocessing"];
  readonly #tokenizer: TextTokenizer;
  readonly #session: Session;

  constructor(
    reading: CausalLanguageModelManifest["preprocessing"],
    { tokenizer, session }: { readonly tokenizer: TextTokenizer; readonly session: Session },
  ) {
    this.#reading = reading;
    this.#tokenizer = tokenizer;
    this.#session = session;
  }

  /**
   * @param directory A version folder: `modelwright.json`, `tokenizer.json`, `onnx/model.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph.
   */
  static async load(directory: string, options: OpenOptions = {}): Promise<CausalLanguageModel> {
    const version = await openVersion(directory, "causal-language-modeling", options);
    return new CausalLanguageModel(version.manifest.preprocessing, version);
  }

  /**
   * Writes on behind a prompt, piece by piece, until the model ends the text. Of a long text it sees the last pieces that it can read.
   *
   * Every piece reads the whole window again; nothing is cached between them.
   *
   * @param prompt May be empty: then the model begins a text.
   * @throws {ModelwrightError} `MODEL_OPTION_INVALID`.
   */
  async generate(prompt: string, options: GenerateOptions = {}): Promise<Generation> {
    const { maxTokens = 100, seed = 7 } = options;
    checkGenerateOptions({ ...options, maxTokens, seed });
    const { maxLength, endOfTextId } = this.#reading;
    const random = RandomSource.fromSeed(seed).stream("generate");
    const prompted = this.#tokenizer.encode(prompt, Number.POSITIVE_INFINITY);
    const ids = [endOfTextId, ...prompted];
    const unknownId = this.#tokenizer.idOf("[UNK]");
    let finish: Generation["finish"] = "max-tokens";
    while (ids.length - 1 - prompted.length < maxTokens) {
      const read = ids.slice(-maxLength);
      const input = tensor("int64", [1, read.length], BigInt64Array.from(read, BigInt));
      const { logits } = await this.#session.run({ input_ids: input });
      const scores = scoresAt(logits!.data, read.length - 1, this.#tokenizer.vocabularySize).slice();
      if (unknownId !== undefined) scores[unknownId] = Number.NEGATIVE_INFINITY;
      const next = samplePiece(scores, { ...options, random });
      if (next === endOfTextId) {
        finish = "end-of-text";
        break;
      }
      ids.push(next);
    }
    // Pieces that begin a word are told from others by what stands before them.
    const before = this.#tokenizer.decode(prompted);
    const text = this.#tokenizer.decode(ids.slice(1)).slice(before.length);
    return { text, tokens: ids.length - 1 - prompted.length, finish };
  }

  /** Every piece of every document is foretold once, from the pieces before it in its window of `maxLength`. */
  async score(documents: readonly TextDocument[], { onProgress }: ScoreOptions): Promise<DocumentScore[]> {
    const { maxLength, endOfTextId } = this.#reading;
    const { vocabularySize } = this.#tokenizer;
    const streams = documents.map((document) => this.#stream(document));
    const totals = documents.map((document) => ({
      pieces: 0,
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
          total.pieces++;
        }
      }
      onProgress?.(first + run.length, windows.length);
    }
    return totals;
  }

  targets(documents: readonly TextDocument[]): Int32Array[] {
    return documents.map((document) => this.#stream(document).subarray(1));
  }

  /** The pieces of a document between two ends of text. */
  #stream(document: TextDocument): Int32Array {
    const ids = this.#tokenizer.encode(textOf(document), Number.POSITIVE_INFINITY);
    const stream = new Int32Array(ids.length + 2).fill(this.#reading.endOfTextId);
    stream.set(ids, 1);
    return stream;
  }

  /** Frees the session; nothing may be asked afterwards. */
  release(): void {
    this.#session.release();
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
