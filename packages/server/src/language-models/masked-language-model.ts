import type { MaskedLanguageModelManifest } from "@modelwright/contracts";
import {
  type MaskedPair,
  type MaskedTokenIds,
  maskPair,
  PAIR_TOKENS,
  pairTensors,
  sentencePairs,
  type TextDocument,
  type TextTokenizer,
} from "@modelwright/data";
import { RandomSource, type Session } from "@modelwright/engine";
import { type DocumentScore, softmaxRows } from "@modelwright/evaluation";
import { type OpenOptions, openVersion } from "../inference/open-version.ts";
import type { LanguageModel, ScoreOptions } from "./language-model.ts";
import { crossEntropyOf, likeliest, rowsOfRun, scoresAt } from "./logits.ts";

/** A piece that may stand at a mask. */
export interface MaskCandidate {
  /** As text. */
  readonly piece: string;
  /** In [0, 1]. */
  readonly probability: number;
}

/** What the model puts in the place of masks. */
export interface Filling {
  /** The text with the likeliest piece at every mask, as the tokenizer writes texts. */
  readonly text: string;
  /** For each mask the likeliest pieces, likeliest first. */
  readonly masks: readonly (readonly MaskCandidate[])[];
}

/** A version of the task masked-language-modeling: foretells masked pieces. */
export class MaskedLanguageModel implements LanguageModel {
  readonly #reading: MaskedLanguageModelManifest["preprocessing"];
  readonly #tokenizer: TextTokenizer;
  readonly #session: Session;

  constructor(
    reading: MaskedLanguageModelManifest["preprocessing"],
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
  static async load(directory: string, options: OpenOptions = {}): Promise<MaskedLanguageModel> {
    const version = await openVersion(directory, "masked-language-modeling", options);
    return new MaskedLanguageModel(version.manifest.preprocessing, version);
  }

  /**
   * Fills in each `[MASK]` of a text; each by itself, as if the others stayed masked.
   *
   * @param options.top Candidates for each mask. Default 5.
   */
  async fill(text: string, { top = 5 }: { readonly top?: number } = {}): Promise<Filling> {
    const { maxLength, clsId, sepId, maskId } = this.#reading;
    const { vocabularySize } = this.#tokenizer;
    const ids = Int32Array.of(clsId, ...this.#tokenizer.encode(text, maxLength - 2), sepId);
    const { logits } = await this.#session.run({ ...pairTensors([{ ids, secondAt: ids.length }], this.#tokens) });
    const filled = ids.slice();
    const masks: MaskCandidate[][] = [];
    for (const [at, id] of ids.entries()) {
      if (id !== maskId) continue;
      const scores = scoresAt(logits!.data, at, vocabularySize).slice();
      for (const special of this.#tokens.special) scores[special] = Number.NEGATIVE_INFINITY;
      const probabilities = softmaxRows(scores, vocabularySize);
      const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
      filled[at] = order[0]!;
      masks.push(
        order.slice(0, top).map((candidate) => ({
          piece: this.#tokenizer.decode([candidate]),
          probability: probabilities[candidate]!,
        })),
      );
    }
    return { text: this.#tokenizer.decode(filled), masks };
  }

  async score(documents: readonly TextDocument[], { seed, onProgress }: ScoreOptions): Promise<DocumentScore[]> {
    const { maxLength } = this.#reading;
    const { vocabularySize } = this.#tokenizer;
    const totals = documents.map(() => ({ pieces: 0, loss: 0, right: 0, pairs: { count: 0, right: 0 } }));
    const pairs = this.#maskedPairs(documents, seed).sort((a, b) => a.ids.length - b.ids.length);
    const rows = rowsOfRun(maxLength, vocabularySize);
    for (let first = 0; first < pairs.length; first += rows) {
      const run = pairs.slice(first, first + rows);
      const inputs = pairTensors(run, this.#tokens);
      const [, length] = inputs.input_ids.shape as [number, number];
      const { logits, seq_relationship_logits: relations } = await this.#session.run({ ...inputs });
      for (const [row, { document, positions, labels, isNext }] of run.entries()) {
        const total = totals[document]!;
        for (const [i, label] of labels.entries()) {
          const scores = scoresAt(logits!.data, row * length + positions[i]!, vocabularySize);
          total.loss += crossEntropyOf(scores, label);
          if (likeliest(scores) === label) total.right++;
          total.pieces++;
        }
        total.pairs.count++;
        if (likeliest(scoresAt(relations!.data, row, 2)) === (isNext ? 1 : 0)) total.pairs.right++;
      }
      onProgress?.(first + run.length, pairs.length);
    }
    return totals;
  }

  targets(documents: readonly TextDocument[], { seed }: Pick<ScoreOptions, "seed">): Int32Array[] {
    const pairs = this.#maskedPairs(documents, seed);
    return documents.map((_, document) =>
      Int32Array.from(pairs.filter((pair) => pair.document === document).flatMap(({ labels }) => Array.from(labels))),
    );
  }

  /** Pairs of texts out of the documents, as in training, and their masks. */
  #maskedPairs(documents: readonly TextDocument[], seed: number): (MaskedPair & { readonly document: number })[] {
    const ids = documents.map(({ sentences }) =>
      sentences.map((sentence) => this.#tokenizer.encode(sentence, Number.POSITIVE_INFINITY)),
    );
    const random = RandomSource.fromSeed(seed).stream("masking", "test");
    return sentencePairs({ documents: ids, length: this.#reading.maxLength - PAIR_TOKENS, seed }).map((pair, i) => ({
      ...maskPair(pair, {
        tokens: this.#tokens,
        vocabularySize: this.#tokenizer.vocabularySize,
        random: random.stream(i),
      }),
      document: pair.document,
    }));
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
