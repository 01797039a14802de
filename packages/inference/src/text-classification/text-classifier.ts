import type { ItemOf, ManifestOf, OptionsOf } from "@modelwright/contracts";
import type { LoadedModel, PredictRequest } from "../loaded-model.ts";
import type { LoadOptions } from "../open-version.ts";
import { softmaxInto } from "../softmax.ts";
import { labelOutput } from "../texts/encoder-graph.ts";
import { EncoderModel } from "../texts/encoder-model.ts";
import { openTexts } from "../texts/open-texts.ts";

type Task = "text-classification";

/** What a model says about one text. */
export type TextPrediction = GivenLabel | RejectedText;

interface Probabilities {
  /** Of every label, likeliest first; they sum to 1. With `topK`: of so many likeliest. */
  readonly probabilities: LabelProbability[];
}

/** A text with its label. */
export interface GivenLabel extends Probabilities {
  readonly label: string;
  /** Of `label`, in [0, 1]. */
  readonly probability: number;
  readonly rejected?: undefined;
}

/** A text that the model does not answer: none of its labels is as likely as its manifest's `reject.below` asks. */
export interface RejectedText extends Probabilities {
  readonly label: null;
  readonly rejected: true;
  /** The label that was likeliest all the same. */
  readonly likeliest: string;
  /** Of `likeliest`, in [0, 1]. */
  readonly probability: number;
}

/** A label and how likely it is. Any text may be a label, so labels are never keys. */
export interface LabelProbability {
  readonly label: string;
  /** In [0, 1]. */
  readonly probability: number;
}

/**
 * A text-classification version loaded from its folder.
 *
 * What was trained is what runs: the folder's own tokenizer and graph, in the order of the manifest's labels.
 */
export class TextClassifier
  extends EncoderModel<ManifestOf<Task>, Float64Array>
  implements LoadedModel<Task, Float64Array>
{
  /**
   * @param directory A version folder: `modelwright.json`, `tokenizer.json`, `onnx/model.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph;
   * `ENGINE_PROVIDER_UNAVAILABLE`.
   */
  static async load(directory: string, options: LoadOptions = {}): Promise<TextClassifier> {
    const version = await openTexts(directory, "text-classification", options);
    return new TextClassifier(version, labelOutput(version.manifest), options);
  }

  get labels(): readonly string[] {
    return this.manifest.labels;
  }

  /** The probability of each label. */
  protected override readRow(logits: Float32Array): Float64Array {
    const probabilities = new Float64Array(logits.length);
    softmaxInto(logits, probabilities);
    return probabilities;
  }

  /** Labels and probabilities of texts, in their order. */
  async predict(texts: readonly ItemOf<Task>[], request: PredictRequest<Task> = {}): Promise<TextPrediction[]> {
    const rows = await this.prepare(texts).run(request);
    return rows.map((row) => this.#describe(row, request.options));
  }

  #describe(probabilities: Float64Array, { topK = this.labels.length }: OptionsOf<Task> = {}): TextPrediction {
    return {
      ...answerOf(probabilities, this.manifest),
      probabilities: likeliestLabels(this.labels, probabilities, topK),
    };
  }
}

/** The likeliest label, unless the model rejects the text. */
export function answerOf(
  probabilities: Float64Array,
  { labels, reject }: Pick<ManifestOf<Task>, "labels" | "reject">,
): Omit<GivenLabel, "probabilities"> | Omit<RejectedText, "probabilities"> {
  const best = likeliest(probabilities);
  const probability = probabilities[best]!;
  const label = labels[best]!;
  return probability < (reject?.below ?? 0)
    ? { label: null, rejected: true, likeliest: label, probability }
    : { label, probability };
}

/** The first of the largest values. */
function likeliest(probabilities: Float64Array): number {
  let best = 0;
  for (let i = 1; i < probabilities.length; i++) if (probabilities[i]! > probabilities[best]!) best = i;
  return best;
}

/** The `count` likeliest labels with their probabilities, likeliest first. */
export function likeliestLabels(
  labels: readonly string[],
  probabilities: Float64Array,
  count: number,
): LabelProbability[] {
  const order = Array.from(labels.keys()).sort((a, b) => probabilities[b]! - probabilities[a]!);
  return order.slice(0, count).map((i) => ({ label: labels[i]!, probability: probabilities[i]! }));
}
