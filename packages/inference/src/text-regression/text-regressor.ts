import type { AnswerOf, ManifestOf } from "@modelwright/contracts";
import type { LoadedModel, PredictRequest, PreparedItems } from "../loaded-model.ts";
import type { LoadOptions } from "../open-version.ts";
import { EncoderGraph } from "../texts/encoder-graph.ts";
import { openTexts } from "../texts/open-texts.ts";
import { warmUpTexts } from "../texts/warm-up-texts.ts";

type Task = "text-regression";

/** A text-regression version loaded from its folder. */
export class TextRegressor implements LoadedModel<Task, number> {
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
  static async load(directory: string, options: LoadOptions = {}): Promise<TextRegressor> {
    const { manifest, ...parts } = await openTexts(directory, "text-regression", options);
    const maxBatch = options.maxBatch ?? 32;
    const output = { name: "value", columns: 1, because: "a text has one number" };
    const graph = new EncoderGraph({ ...parts, reading: manifest.preprocessing, output, maxBatch });
    return new TextRegressor(manifest, graph, maxBatch);
  }

  prepare(texts: readonly string[]): PreparedItems<Task, number> {
    const encoded = texts.map((text) => this.#graph.encode(text));
    return {
      run: async ({ signal } = {}) => {
        const values = new Array<number>(encoded.length);
        await this.#graph.run(encoded, {
          signal,
          onRow: (row, [value]) => {
            values[row] = value!;
          },
        });
        return values;
      },
    };
  }

  /** Numbers for texts, in their order. */
  async predict(texts: readonly string[], request: PredictRequest<Task> = {}): Promise<AnswerOf<Task>[]> {
    return (await this.prepare(texts).run(request)).map((value) => ({ value }));
  }

  warmUp(): Promise<void> {
    return warmUpTexts(this, { maxLength: this.manifest.preprocessing.maxLength, maxBatch: this.#maxBatch });
  }

  release(): void {
    this.#graph.release();
  }
}
