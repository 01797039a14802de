import type { AnswerOf, ItemOf, ManifestOf } from "@modelwright/contracts";
import type { LoadedModel, PredictRequest } from "../loaded-model.ts";
import type { LoadOptions } from "../open-version.ts";
import { EncoderModel } from "../texts/encoder-model.ts";
import { openTexts } from "../texts/open-texts.ts";

type Task = "text-regression";

/** A text-regression version loaded from its folder. */
export class TextRegressor extends EncoderModel<ManifestOf<Task>, number> implements LoadedModel<Task, number> {
  /**
   * @param directory A version folder: `modelwright.json`, `tokenizer.json`, `onnx/model.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph;
   * `ENGINE_PROVIDER_UNAVAILABLE`.
   */
  static async load(directory: string, options: LoadOptions = {}): Promise<TextRegressor> {
    const version = await openTexts(directory, "text-regression", options);
    return new TextRegressor(version, { name: "value", columns: 1, because: "a text has one number" }, options);
  }

  protected override readRow([value]: Float32Array): number {
    return value!;
  }

  /** Numbers for texts, in their order. */
  async predict(texts: readonly ItemOf<Task>[], request: PredictRequest<Task> = {}): Promise<AnswerOf<Task>[]> {
    return (await this.prepare(texts).run(request)).map((value) => ({ value }));
  }
}
