import type { Encoder } from "../architectures/encoder.ts";
import type { Parameters } from "../parameters/parameter.ts";

/** A pretrained model, read into memory. */
export interface LoadedPretrained {
  readonly encoder: Encoder;
  /** Every parameter of the encoder, under the names for which `encoder` asks. */
  readonly parameters: Parameters;
  /** The object in its `tokenizer.json`, as Hugging Face tokenizers write it. */
  readonly tokenizerJson: object;
}

/** A pretrained model to which a reference led; nothing of it is loaded yet. */
export interface PretrainedModel {
  /** The reference, as version records and model cards write it. */
  readonly name: string;
  /** SPDX name. */
  readonly license: string;
  /** Where the weights were published. */
  readonly source: string;
  /** ISO 639-1 codes of the languages it was trained on. */
  readonly languages: readonly string[];
  /** @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` naming the file that is missing, changed or does not fit. */
  load(): Promise<LoadedPretrained>;
}
