import type { AnswerOf, ItemOf, ManifestOf, OptionsOf } from "@modelwright/contracts";
import type { LoadedModel, PredictRequest } from "../loaded-model.ts";
import type { LoadOptions } from "../open-version.ts";
import { labelOutput } from "../texts/encoder-graph.ts";
import { EncoderModel } from "../texts/encoder-model.ts";
import { openTexts } from "../texts/open-texts.ts";

type Task = "multi-label-classification";

/** A multi-label version loaded from its folder. It gives a row of probabilities per text, in the order of the manifest's labels. */
export class MultiLabelClassifier
  extends EncoderModel<ManifestOf<Task>, Float64Array>
  implements LoadedModel<Task, Float64Array>
{
  /**
   * @param directory A version folder: `modelwright.json`, `tokenizer.json`, `onnx/model.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph;
   * `ENGINE_PROVIDER_UNAVAILABLE`.
   */
  static async load(directory: string, options: LoadOptions = {}): Promise<MultiLabelClassifier> {
    const version = await openTexts(directory, "multi-label-classification", options);
    return new MultiLabelClassifier(version, labelOutput(version.manifest), options);
  }

  protected override readRow(logits: Float32Array): Float64Array {
    return Float64Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
  }

  /** Labels of texts, in their order. */
  async predict(texts: readonly ItemOf<Task>[], request: PredictRequest<Task> = {}): Promise<AnswerOf<Task>[]> {
    const rows = await this.prepare(texts).run(request);
    return rows.map((probabilities) => showLabels(probabilities, this.manifest, request.options));
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
