import type { AnswerOf, ManifestOf } from "@modelwright/contracts";
import {
  CHUNK_TOKENS,
  type MaskedPair,
  type MaskedTokenIds,
  maskChunk,
  maskPair,
  PAIR_TOKENS,
  pairTensors,
  sentencePairs,
  type TextDocument,
  type TextTokenizer,
  textChunks,
} from "@modelwright/data";
import { RandomSource, type Session, type Tensor } from "@modelwright/engine";
import {
  type DocumentScore,
  type LanguageModel,
  type ScoreOptions,
  textOf,
} from "../language-models/language-model.ts";
import { crossEntropyOf, likeliest, rowsOfRun, type Scores, scoresAt } from "../language-models/logits.ts";
import type { LoadedModel, PredictRequest, PreparedItems, WarmUp } from "../loaded-model.ts";
import type { LoadOptions } from "../open-version.ts";
import { softmaxInto } from "../softmax.ts";
import { openTexts } from "../texts/open-texts.ts";
import { planRuns } from "../texts/plan-runs.ts";
import { requireTexts } from "../texts/require-texts.ts";

type Task = "masked-language-modeling";
type Manifest = ManifestOf<Task>;

/** What stands for a masked token in texts, whatever the tokenizer calls it. */
const MASK = "[MASK]";

/** A token that may stand at a mask. */
export interface MaskCandidate {
  /** As text. */
  readonly token: string;
  /** In [0, 1]. */
  readonly probability: number;
}

/** What the model puts in the place of masks. */
export interface Filling {
  /** The text with the likeliest token at every mask, as the tokenizer writes texts. */
  readonly text: string;
  /** For each mask the likeliest tokens, likeliest first. */
  readonly masks: readonly (readonly MaskCandidate[])[];
}

export interface FillOptions {
  /** Candidates for each mask. Default 5. */
  readonly top?: number | undefined;
}

/** A loaded language model that predicts masked tokens. */
export class MaskedLanguageModel implements LanguageModel {
  readonly #reading: Manifest["preprocessing"];
  readonly tokenizer: TextTokenizer;
  readonly #session: Session;
  /** How the tokenizer writes a mask. */
  readonly #maskToken: string;

  constructor(
    reading: Manifest["preprocessing"],
    { tokenizer, session }: { readonly tokenizer: TextTokenizer; readonly session: Session },
  ) {
    this.#reading = reading;
    this.tokenizer = tokenizer;
    this.#session = session;
    this.#maskToken = tokenizer.decode([reading.maskId], { keepSpecialTokens: true }).trim();
  }

  /**
   * @param directory A version folder: `modelwright.json`, `tokenizer.json`, `onnx/model.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph.
   */
  static async load(directory: string, options: LoadOptions = {}): Promise<LoadedMaskedLanguageModel> {
    const version = await openTexts(directory, "masked-language-modeling", options);
    return new LoadedMaskedLanguageModel(version.manifest, { ...version, maxBatch: options.maxBatch ?? 32 });
  }

  /** Token ids of a text between its two ends, cut to what the model reads. */
  encode(text: string): Int32Array {
    const { maxLength, clsId, sepId } = this.#reading;
    // RoBERTa and its children call it <mask>.
    const own = text.replaceAll(MASK, this.#maskToken);
    return Int32Array.of(clsId, ...this.tokenizer.encode(own, maxLength - 2), sepId);
  }

  /**
   * Fills in each `[MASK]` of a text; each by itself, as if the others stayed masked.
   *
   * @param options.top Candidates for each mask. Default 5.
   */
  async fill(text: string, options: FillOptions = {}): Promise<Filling> {
    const [filling] = await this.fillAll([this.encode(text)], options);
    return filling!;
  }

  /**
   * Fills in encoded texts, those of like length in one run of the session.
   *
   * @param options.maxBatch Texts of one run at most. Default 32.
   * @param options.signal Ends the work between two runs.
   */
  async fillAll(
    encoded: readonly Int32Array[],
    options: FillOptions & { readonly maxBatch?: number; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Filling[]> {
    const { top = 5, maxBatch = 32, signal } = options;
    const { maxLength } = this.#reading;
    const { vocabularySize } = this.tokenizer;
    const maxRows = Math.min(maxBatch, rowsOfRun(maxLength, vocabularySize));
    const fillings = new Array<Filling>(encoded.length);
    const lengths = encoded.map(({ length }) => length);
    for (const { rows } of planRuns(lengths, { maxRows, maxLength })) {
      signal?.throwIfAborted();
      const texts = Array.from(rows, (row) => ({ ids: encoded[row]!, secondAt: encoded[row]!.length }));
      const inputs = pairTensors(texts, this.#tokens);
      const [, length] = inputs.input_ids.shape as [number, number];
      const { logits } = await this.#session.run(this.#feeds(inputs), ["logits"]);
      rows.forEach((row, i) => {
        const scoresOf = (at: number) => scoresAt(logits!.data, i * length + at, vocabularySize);
        fillings[row] = this.#filling(encoded[row]!, { top, scoresOf });
      });
    }
    return fillings;
  }

  #filling(
    ids: Int32Array,
    { top, scoresOf }: { readonly top: number; readonly scoresOf: (at: number) => Scores },
  ): Filling {
    const filled = ids.slice();
    const masks: MaskCandidate[][] = [];
    for (const [at, id] of ids.entries()) {
      if (id !== this.#reading.maskId) continue;
      const scores = scoresOf(at).slice();
      for (const special of this.#tokens.special) scores[special] = Number.NEGATIVE_INFINITY;
      const probabilities = softmaxInto(scores, new Float64Array(scores.length));
      const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
      filled[at] = order[0]!;
      const candidates = Array.from(order.subarray(0, top), (candidate) => ({
        token: this.tokenizer.decode([candidate]),
        probability: probabilities[candidate]!,
      }));
      masks.push(candidates);
    }
    return { text: this.tokenizer.decode(filled), masks };
  }

  async score(documents: readonly TextDocument[], { seed, onProgress }: ScoreOptions): Promise<DocumentScore[]> {
    const { maxLength } = this.#reading;
    const { vocabularySize } = this.tokenizer;
    const inPairs = this.#reading.nextSentence ?? true;
    const totals = documents.map(() => ({
      tokens: 0,
      loss: 0,
      right: 0,
      ...(inPairs ? { pairs: { count: 0, right: 0 } } : {}),
    }));
    const pairs = this.#maskedTexts(documents, seed).sort((a, b) => a.ids.length - b.ids.length);
    const rows = rowsOfRun(maxLength, vocabularySize);
    for (let first = 0; first < pairs.length; first += rows) {
      const run = pairs.slice(first, first + rows);
      const inputs = pairTensors(run, this.#tokens);
      const [, length] = inputs.input_ids.shape as [number, number];
      const { logits, seq_relationship_logits: relations } = await this.#session.run(this.#feeds(inputs));
      for (const [row, { document, positions, labels, isNext }] of run.entries()) {
        const total = totals[document]!;
        for (const [i, label] of labels.entries()) {
          const scores = scoresAt(logits!.data, row * length + positions[i]!, vocabularySize);
          total.loss += crossEntropyOf(scores, label);
          if (likeliest(scores) === label) total.right++;
          total.tokens++;
        }
        if (total.pairs === undefined) continue;
        total.pairs.count++;
        if (likeliest(scoresAt(relations!.data, row, 2)) === (isNext ? 1 : 0)) total.pairs.right++;
      }
      onProgress?.(first + run.length, pairs.length);
    }
    return totals;
  }

  targets(documents: readonly TextDocument[], { seed }: Pick<ScoreOptions, "seed">): Int32Array[] {
    const pairs = this.#maskedTexts(documents, seed);
    return documents.map((_, document) =>
      Int32Array.from(pairs.filter((pair) => pair.document === document).flatMap(({ labels }) => Array.from(labels))),
    );
  }

  /** Texts out of the documents, as in training, and their masks: in pairs, or one at a time. */
  #maskedTexts(documents: readonly TextDocument[], seed: number): (MaskedPair & { readonly document: number })[] {
    return (this.#reading.nextSentence ?? true)
      ? this.#maskedPairs(documents, seed)
      : this.#maskedPieces(documents, seed);
  }

  #maskedPieces(documents: readonly TextDocument[], seed: number): (MaskedPair & { readonly document: number })[] {
    const { maxLength } = this.#reading;
    const ids = documents.map((document) => this.tokenizer.encode(textOf(document), Number.POSITIVE_INFINITY));
    const random = RandomSource.fromSeed(seed).stream("masking", "test");
    return textChunks(ids, maxLength - CHUNK_TOKENS).map((chunk, i) => ({
      ...maskChunk(chunk, {
        tokens: this.#tokens,
        vocabularySize: this.tokenizer.vocabularySize,
        random: random.stream(i),
      }),
      isNext: false,
      document: chunk.document,
    }));
  }

  #maskedPairs(documents: readonly TextDocument[], seed: number): (MaskedPair & { readonly document: number })[] {
    const ids = documents.map(({ sentences }) =>
      sentences.map((sentence) => this.tokenizer.encode(sentence, Number.POSITIVE_INFINITY)),
    );
    const random = RandomSource.fromSeed(seed).stream("masking", "test");
    return sentencePairs({ documents: ids, length: this.#reading.maxLength - PAIR_TOKENS, seed }).map((pair, i) => ({
      ...maskPair(pair, {
        tokens: this.#tokens,
        vocabularySize: this.tokenizer.vocabularySize,
        random: random.stream(i),
      }),
      document: pair.document,
    }));
  }

  /** What the graph reads of texts. */
  #feeds(inputs: ReturnType<typeof pairTensors>): Record<string, Tensor> {
    const names = new Set(this.#session.inputs.map(({ name }) => name));
    return Object.fromEntries(Object.entries(inputs).filter(([name]) => names.has(name)));
  }

  get #tokens(): MaskedTokenIds {
    const { padId: pad, unknownId, clsId: cls, sepId: sep, maskId: mask } = this.#reading;
    return { pad, cls, sep, mask, special: new Set([pad, unknownId, cls, sep, mask]) };
  }

  /** Frees the session; nothing may be asked afterwards. */
  release(): void {
    this.#session.release();
  }
}

/** A masked language model with its manifest: what a version's folder holds. */
export class LoadedMaskedLanguageModel extends MaskedLanguageModel implements LoadedModel<Task, AnswerOf<Task>> {
  readonly manifest: Manifest;
  readonly #maxBatch: number;

  constructor(
    manifest: Manifest,
    parts: { readonly tokenizer: TextTokenizer; readonly session: Session; readonly maxBatch: number },
  ) {
    super(manifest.preprocessing, parts);
    this.manifest = manifest;
    this.#maxBatch = parts.maxBatch;
  }

  prepare(texts: readonly string[]): PreparedItems<Task, AnswerOf<Task>> {
    requireTexts(texts);
    const encoded = texts.map((text) => this.encode(text));
    return {
      run: async ({ options, signal } = {}) => {
        const fillings = await this.fillAll(encoded, { ...options, signal, maxBatch: this.#maxBatch });
        return fillings.map(({ text, masks }) => ({
          filled: text,
          masks: masks.map((mask) => mask.map(({ token, probability }) => ({ token: token, probability }))),
        }));
      },
    };
  }

  /** Texts with their masks filled in, in their order; `fill` of each. */
  async predict(texts: readonly string[], request?: PredictRequest<Task>): Promise<AnswerOf<Task>[]> {
    return [...(await this.prepare(texts).run(request))];
  }

  async warmUp(): Promise<WarmUp> {
    const text = "warm up ".repeat(this.manifest.preprocessing.maxLength);
    for (const length of [8, text.length]) {
      for (const rows of [1, this.#maxBatch]) await this.prepare(new Array(rows).fill(text.slice(0, length))).run();
    }
    return {};
  }
}
