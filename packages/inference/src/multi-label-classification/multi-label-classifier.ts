import type { AnswerOf, ManifestOf, OptionsOf } from "@modelwright/contracts";
import type { LoadedModel, PredictRequest, PreparedItems } from "../loaded-model.ts";
import type { LoadOptions } from "../open-version.ts";
import { EncoderGraph } from "../texts/encoder-graph.ts";
import { openTexts } from "../texts/open-texts.ts";
import { warmUpTexts } from "../texts/warm-up-texts.ts";

type Task = "multi-label-classification";

/** A multi-label version loaded from its folder. */
export class MultiLabelClassifier implements LoadedModel<Task, Float64Array> {
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
  static async load(directory: string, options: LoadOptions = {}): Promise<MultiLabelClassifier> {
    const { manifest, ...parts } = await openTexts(directory, "multi-label-classification", options);
    const maxBatch = options.maxBatch ?? 32;
    const { length: columns } = manifest.labels;
    const output = { name: "logits", columns, because: `the manifest names ${columns} labels` };
    const graph = new EncoderGraph({ ...parts, reading: manifest.preprocessing, output, maxBatch });
    return new MultiLabelClassifier(manifest, graph, maxBatch);
  }

  /** One row of probabilities per text, in the order of the manifest's labels. */
  prepare(texts: readonly string[]): PreparedItems<Task, Float64Array> {
    const encoded = texts.map((text) => this.#graph.encode(text));
    return {
      run: async ({ signal } = {}) => {
        const rows = new Array<Float64Array>(encoded.length);
        await this.#graph.run(encoded, {
          signal,
          onRow: (row, logits) => {
            rows[row] = Float64Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
          },
        });
        return rows;
      },
    };
  }

  /** Labels of texts, in their order. */
  async predict(texts: readonly string[], request: PredictRequest<Task> = {}): Promise<AnswerOf<Task>[]> {
    const rows = await this.prepare(texts).run(request);
    return rows.map((probabilities) => showLabels(probabilities, this.manifest, request.options));
  }

  warmUp(): Promise<void> {
    return warmUpTexts(this, { maxLength: this.manifest.preprocessing.maxLength, maxBatch: this.#maxBatch });
  }

  release(): void {
    this.#graph.release();
  }
}

/** The labels whose probability reaches their threshold, likeliest first; with `all` every label's numbers. */
export function showLabels(
  probabilities: Float64Array,
  { labels, thresholds }: Pick<ManifestOf<Task>, "labels" | "thresholds">,
  { all = false }: OptionsOf<Task> = {},
): AnswerOf<Task> {
  const scores = labels
    .map((label, i) => ({ label, probability: probabilities[i]!, threshold: thresholds[i]! }))
    .sort((a, b) => b.probability - a.probability);
  const given = scores.filter(({ probability, threshold }) => probability >= threshold).map(({ label }) => label);
  return { labels: given, ...(all ? { scores } : {}) };
}
