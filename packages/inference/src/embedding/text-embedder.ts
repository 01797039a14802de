import type { AnswerOf, ManifestOf } from "@modelwright/contracts";
import type { LoadedModel, PredictRequest } from "../loaded-model.ts";
import type { LoadOptions } from "../open-version.ts";
import { EncoderModel } from "../texts/encoder-model.ts";
import { openTexts } from "../texts/open-texts.ts";
import { shownVector } from "./shown-vector.ts";

type Task = "embedding";

/** A text with its vector. */
export interface EmbeddedText {
  readonly vector: Float32Array;
  /** How many of its tokens were read. */
  readonly tokens: number;
}

/** An embedding version loaded from its folder. */
export class TextEmbedder
  extends EncoderModel<ManifestOf<Task>, EmbeddedText>
  implements LoadedModel<Task, EmbeddedText>
{
  /**
   * @param directory A version folder: `modelwright.json`, `tokenizer.json`, `onnx/model.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph;
   * `ENGINE_PROVIDER_UNAVAILABLE`.
   */
  static async load(directory: string, options: LoadOptions = {}): Promise<TextEmbedder> {
    const version = await openTexts(directory, "embedding", options);
    const { width } = version.manifest.embedding;
    const because = `the manifest says that a vector has ${width} numbers`;
    return new TextEmbedder(version, { name: "sentence_embedding", columns: width, because }, options);
  }

  protected override readRow(values: Float32Array, tokens: number): EmbeddedText {
    return { vector: values.slice(), tokens };
  }

  /**
   * Vectors of texts, in their order, `[width]` each; of length 1 where the manifest says `normalized`.
   *
   * @throws {ModelwrightError} `MODEL_INPUT_INVALID` for what is no list of texts.
   */
  async embed(texts: readonly string[], request: Pick<PredictRequest<Task>, "signal"> = {}): Promise<Float32Array[]> {
    return (await this.prepare(texts).run(request)).map(({ vector }) => vector);
  }

  /** Vectors as they cross a wire, in the order of the texts. */
  async predict(texts: readonly string[], request: PredictRequest<Task> = {}): Promise<AnswerOf<Task>[]> {
    return (await this.prepare(texts).run(request)).map(({ vector }) => shownVector(vector, request.options ?? {}));
  }
}
