import type { ManifestOf, OptionsOf } from "@modelwright/contracts";
import type { LoadedModel, PredictRequest, PreparedItems } from "../loaded-model.ts";
import type { LoadOptions } from "../open-version.ts";
import { softmaxInto } from "../softmax.ts";
import { EncoderGraph } from "../texts/encoder-graph.ts";
import { openTexts } from "../texts/open-texts.ts";
import { warmUpTexts } from "../texts/warm-up-texts.ts";

type Task = "text-classification";

/** What a model says about one text. */
export interface TextPrediction {
  readonly label: string;
  /** Of `label`, in [0, 1]. */
  readonly probability: number;
  /** Of every label, in the model's order; they sum to 1. With `topK`: of so many likeliest, likeliest first. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/**
 * A text-classification version loaded from its folder.
 *
 * What was trained is what runs: the folder's own tokenizer and graph, in the order of the manifest's labels.
 */
export class TextClassifier implements LoadedModel<Task, Float64Array> {
  readonly manifest: ManifestOf<Task>;
  readonly #graph: EncoderGraph;
  readonly #maxBatch: number;

  private constructor(manifest: ManifestOf<Task>, graph: EncoderGraph, maxBatch: number) {
    this.manifest = manifest;
    this.#graph = graph;
    this.#maxBatch = maxBatch;
  }

  /**
   * @param directory A version folder: `modelwright.json`, `tokenizer.json`, `onnx/model.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph;
   * `ENGINE_PROVIDER_UNAVAILABLE`.
   */
  static async load(directory: string, options: LoadOptions = {}): Promise<TextClassifier> {
    const { manifest, ...parts } = await openTexts(directory, "text-classification", options);
    const maxBatch = options.maxBatch ?? 32;
    const { length: columns } = manifest.labels;
    const output = { name: "logits", columns, because: `the manifest names ${columns} labels` };
    return new TextClassifier(
      manifest,
      new EncoderGraph({ ...parts, reading: manifest.preprocessing, output, maxBatch }),
      maxBatch,
    );
  }

  get labels(): readonly string[] {
    return this.manifest.labels;
  }

  /** Token ids of a text, cut to what the model reads. */
  encode(text: string): Int32Array {
    return this.#graph.encode(text);
  }

  /**
   * Class probabilities of encoded texts.
   *
   * @returns Row-major, `[texts, labels]`, float64.
   */
  async probabilities(
    encoded: readonly Int32Array[],
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Float64Array> {
    const classes = this.labels.length;
    const result = new Float64Array(encoded.length * classes);
    await this.#graph.run(encoded, {
      signal,
      onRow: (row, logits) => softmaxInto(logits, result.subarray(row * classes, (row + 1) * classes)),
    });
    return result;
  }

  prepare(texts: readonly string[]): PreparedItems<Task, Float64Array> {
    const encoded = texts.map((text) => this.encode(text));
    const classes = this.labels.length;
    return {
      run: async (request) => {
        const probabilities = await this.probabilities(encoded, request);
        return encoded.map((_, row) => probabilities.subarray(row * classes, (row + 1) * classes));
      },
    };
  }

  /** Labels and probabilities of texts, in their order. */
  async predict(texts: readonly string[], request: PredictRequest<Task> = {}): Promise<TextPrediction[]> {
    const rows = await this.prepare(texts).run(request);
    return rows.map((row) => this.#describe(row, request.options));
  }

  #describe(probabilities: Float64Array, { topK }: OptionsOf<Task> = {}): TextPrediction {
    const best = likeliest(probabilities);
    return {
      label: this.labels[best]!,
      probability: probabilities[best]!,
      probabilities:
        topK === undefined
          ? Object.fromEntries(this.labels.map((label, i) => [label, probabilities[i]!]))
          : likeliestLabels(this.labels, probabilities, topK),
    };
  }

  warmUp(): Promise<void> {
    return warmUpTexts(this, { maxLength: this.manifest.preprocessing.maxLength, maxBatch: this.#maxBatch });
  }

  release(): void {
    this.#graph.release();
  }
}

/** The first of the largest values. */
export function likeliest(probabilities: Float64Array): number {
  let best = 0;
  for (let i = 1; i < probabilities.length; i++) if (probabilities[i]! > probabilities[best]!) best = i;
  return best;
}

/** The `count` likeliest labels with their probabilities, likeliest first. */
export function likeliestLabels(
  labels: readonly string[],
  probabilities: Float64Array,
  count: number,
): Record<string, number> {
  const order = Array.from(labels.keys()).sort((a, b) => probabilities[b]! - probabilities[a]!);
  return Object.fromEntries(order.slice(0, count).map((i) => [labels[i]!, probabilities[i]!]));
}
