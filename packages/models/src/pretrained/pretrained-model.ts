import type { Decoder } from "../architectures/decoder.ts";
import type { Encoder } from "../architectures/encoder.ts";
import type { EncoderDecoder } from "../architectures/encoder-decoder.ts";
import type { Parameters } from "../parameters/parameter.ts";
import type { NamedTensors } from "../parameters/parameter-source.ts";
import type { GenerationConfig } from "./hugging-face/generation-config.ts";
import type { ParameterNames } from "./hugging-face/parameter-names.ts";
import type { SentenceModel } from "./hugging-face/sentence-transformers.ts";
import type { ImportedGraph } from "./onnx-file/imported-graph.ts";

/** A pretrained model, read into memory. */
export interface LoadedPretrained {
  readonly encoder: Encoder;
  /** Every parameter of the encoder, under the names for which `encoder` asks. */
  readonly parameters: Parameters;
  /** The object in its `tokenizer.json`, as Hugging Face tokenizers write it. */
  readonly tokenizerJson: object;
  /** SHA-256 of the weights as they were published, in hexadecimal. Absent: they were not. */
  readonly sha256?: string;
  /** Names of the parameters in the files that it came from. Absent: they have no names that a program would look for. */
  readonly names?: ParameterNames;
  /** Heads for some task in these files, which are no part of the encoder. Default: there are none. */
  readonly passedOver?: readonly string[];
  /** Weights of its own head that predicts masked tokens, `head.…`, where they were asked for and are there. */
  readonly maskedHead?: NamedTensors;
  /** How texts become vectors, where the files it came from decide that. */
  readonly sentence?: SentenceModel;
  /** Bytes of the weights in these files by dtype, as safetensors names them. */
  readonly stored?: Readonly<Record<string, number>>;
  /** Of an encoder that an ONNX file computes: what was made of the file. */
  readonly imported?: ImportedGraph;
}

/** A pretrained language model, read into memory. */
export interface LoadedDecoder {
  readonly decoder: Decoder;
  /** Every parameter of the decoder, under the names for which `decoder` asks. */
  readonly parameters: Parameters;
  /** The object in its `tokenizer.json`. */
  readonly tokenizerJson: object;
  /** The object in its `tokenizer_config.json`: special tokens and the chat template, which may have come from a file of its own. */
  readonly tokenizerConfig: Readonly<Record<string, unknown>>;
  readonly generation: GenerationConfig;
  /** SHA-256 of the weights as they were published, in hexadecimal. */
  readonly sha256: string;
  readonly names: ParameterNames;
  /** Heads for some task in these files, which are no part of the decoder. */
  readonly passedOver: readonly string[];
  /** Bytes of the weights in these files by dtype, as safetensors names them. */
  readonly stored: Readonly<Record<string, number>>;
}

/** A pretrained model that writes a text from another one, read into memory. */
export interface LoadedEncoderDecoder
  extends Pick<
    LoadedDecoder,
    "parameters" | "tokenizerJson" | "tokenizerConfig" | "generation" | "sha256" | "names" | "passedOver" | "stored"
  > {
  readonly model: EncoderDecoder;
}

/** What is known of a published model before it is loaded. */
export interface PublishedModel {
  /** The reference, as version records and model cards write it. */
  readonly name: string;
  /** SPDX name, or what its publisher calls it; `unknown` where nothing says it. */
  readonly license: string;
  /** Where the weights were published. Absent: not known. */
  readonly source?: string;
  /** ISO 639-1 codes of the languages it was trained on; empty where they are not known. */
  readonly languages: readonly string[];
}

export interface LoadEncoderOptions {
  /** Whether the head that predicts masked tokens is read too. Default false. */
  readonly maskedHead?: boolean;
}

/** A pretrained model to which a reference led; nothing of it is loaded yet. */
export interface PretrainedModel extends PublishedModel {
  /** @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` naming the file that is missing, changed or does not fit. */
  load(options?: LoadEncoderOptions): Promise<LoadedPretrained>;
}

/** A pretrained language model to which a reference led; nothing of it is loaded yet. */
export interface PretrainedDecoder extends PublishedModel {
  /** @throws {ModelwrightError} As `PretrainedModel`. */
  load(): Promise<LoadedDecoder>;
}

/** A pretrained model that writes a text from another one, to which a reference led; nothing of it is loaded yet. */
export interface PretrainedEncoderDecoder extends PublishedModel {
  /** @throws {ModelwrightError} As `PretrainedModel`. */
  load(): Promise<LoadedEncoderDecoder>;
}

/** Reads the model of a folder, to which a reference of this name led. */
export type ReadFolder<Model> = (folder: string, name: string) => Promise<Model>;
