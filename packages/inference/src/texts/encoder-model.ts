import type { TextItem } from "@modelwright/contracts";
import type { TextReading } from "@modelwright/data";
import type { WarmUp } from "../loaded-model.ts";
import type { LoadOptions } from "../open-version.ts";
import { EncoderGraph, type RowOutput } from "./encoder-graph.ts";
import type { OpenedTexts } from "./open-texts.ts";
import { requireItems } from "./require-items.ts";
import { warmUpTexts } from "./warm-up-texts.ts";

/** Tokens of a text to warm up with; models that read more are of characters, and fast. */
const LONGEST_WARM_UP = 512;

/** A version whose graph gives a row of numbers per text: what the tasks on texts share. */
export abstract class EncoderModel<Manifest extends { readonly preprocessing: TextReading }, Raw> {
  readonly manifest: Manifest;
  readonly #graph: EncoderGraph;
  readonly #maxBatch: number;

  /**
   * @param version Its session belongs to this model from now on.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` for a graph with other inputs or another output; its session is released.
   */
  protected constructor(
    { manifest, ...parts }: OpenedTexts<Manifest>,
    output: RowOutput,
    { maxBatch = 32 }: LoadOptions,
  ) {
    this.manifest = manifest;
    const reading = { ...manifest.preprocessing, frame: parts.tokenizer.frame };
    this.#graph = new EncoderGraph({ ...parts, reading, output, maxBatch });
    this.#maxBatch = maxBatch;
  }

  /**
   * What the numbers of a text say. The array may be read until this returns.
   *
   * @param tokens How many tokens of the text were read.
   */
  protected abstract readRow(values: Float32Array, tokens: number): Raw;

  /** Token ids of a text, or of a pair, cut to what the model reads. */
  encode(item: TextItem): Int32Array {
    requireItems([item], this.manifest);
    return this.#graph.encode([item]).encoded[0]!;
  }

  /** Tokenizes texts, or pairs where the model was trained on them. What their run gives can cross to another thread. */
  prepare(items: readonly TextItem[]): {
    run(request?: {
      readonly signal?: AbortSignal | undefined;
      readonly blocking?: boolean | undefined;
    }): Promise<Raw[]>;
  } {
    requireItems(items, this.manifest);
    const encoded = this.#graph.encode(items);
    return {
      run: async ({ signal, blocking } = {}) => {
        const answers = new Array<Raw>(items.length);
        await this.#graph.run(encoded, {
          signal,
          blocking,
          onText: (text, values) => {
            answers[text] = this.readRow(values, encoded.encoded[text]!.length);
          },
        });
        return answers;
      },
    };
  }

  /** Runs what the first requests would wait for: the first run of a shape allocates. */
  warmUp(): Promise<WarmUp> {
    const maxLength = Math.min(this.manifest.preprocessing.maxLength, LONGEST_WARM_UP);
    const isPair = this.manifest.preprocessing.pair !== undefined;
    const prepare = (texts: readonly string[]) =>
      this.prepare(isPair ? texts.map((text) => ({ text, second: text })) : texts);
    return warmUpTexts({ prepare }, { maxLength, maxBatch: this.#maxBatch });
  }

  /** Frees the session; nothing may be asked afterwards. */
  release(): void {
    this.#graph.release();
  }
}
