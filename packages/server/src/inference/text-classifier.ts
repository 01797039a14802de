import { ModelwrightError, type TextClassificationManifest } from "@modelwright/contracts";
import { piecesRead, TextFeeds, type TextReading, type TextTokenizer } from "@modelwright/data";
import type { Session } from "@modelwright/engine";
import { softmaxRows } from "@modelwright/evaluation";
import { type OpenOptions, openVersion } from "./open-version.ts";
import { planRuns } from "./plan-runs.ts";

/** What a model says about one text. */
export interface TextPrediction {
  readonly label: string;
  /** Of `label`, in [0, 1]. */
  readonly probability: number;
  /** Of every label; they sum to 1. */
  readonly probabilities: Readonly<Record<string, number>>;
}

export interface LoadOptions extends OpenOptions {
  /** Texts of one run of the session; more are cut into several runs. Default 32. */
  readonly maxBatch?: number;
}

/** The graph's own door, the same for every text classifier. */
const INPUTS = ["input_ids", "attention_mask"];
const BAG_INPUT = "bag_ids";
const OUTPUT = "logits";

/**
 * A text-classification version loaded from its folder.
 *
 * What was trained is what runs: the folder's own tokenizer and graph, in the order of the manifest's labels.
 */
export class TextClassifier {
  readonly manifest: TextClassificationManifest;
  readonly #tokenizer: TextTokenizer;
  readonly #session: Session;
  readonly #maxBatch: number;

  private constructor(
    manifest: TextClassificationManifest,
    tokenizer: TextTokenizer,
    session: Session,
    maxBatch: number,
  ) {
    this.manifest = manifest;
    this.#tokenizer = tokenizer;
    this.#session = session;
    this.#maxBatch = maxBatch;
  }

  /**
   * @param directory A version folder: `modelwright.json`, `tokenizer.json`, `onnx/model.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph;
   * `ENGINE_PROVIDER_UNAVAILABLE`.
   */
  static async load(directory: string, options: LoadOptions = {}): Promise<TextClassifier> {
    const { manifest, tokenizer, session, file } = await openVersion(directory, "text-classification", options);
    const problem = doorProblem(session, manifest);
    if (problem !== undefined) {
      session.release();
      throw new ModelwrightError("SERVER_VERSION_UNREADABLE", { file, problem });
    }
    return new TextClassifier(manifest, tokenizer, session, options.maxBatch ?? 32);
  }

  get labels(): readonly string[] {
    return this.manifest.labels;
  }

  /** Piece ids of a text, cut to what the model reads. */
  encode(text: string): Int32Array {
    return this.#tokenizer.encode(text, piecesRead(this.#reading), this.#reading.truncation);
  }

  get #reading(): TextReading {
    return this.manifest.preprocessing;
  }

  /**
   * Class probabilities of encoded texts.
   *
   * @returns Row-major, `[texts, labels]`, float64.
   */
  async probabilities(encoded: readonly Int32Array[]): Promise<Float64Array> {
    const classes = this.labels.length;
    const result = new Float64Array(encoded.length * classes);
    const texts = new TextFeeds(encoded, this.#reading);
    const { maxLength } = this.#reading;
    for (const run of planRuns(texts.lengths, { maxRows: this.#maxBatch, maxLength })) {
      const { logits } = await this.#session.run(texts.feeds(run));
      const probabilities = softmaxRows(logits!.data as Float32Array, classes);
      run.rows.forEach((row, i) => {
        result.set(probabilities.subarray(i * classes, (i + 1) * classes), row * classes);
      });
    }
    return result;
  }

  /** Labels and probabilities of texts, in their order. */
  async predict(texts: readonly string[]): Promise<TextPrediction[]> {
    const probabilities = await this.probabilities(texts.map((text) => this.encode(text)));
    const classes = this.labels.length;
    return texts.map((_, row) => this.describe(probabilities.subarray(row * classes, (row + 1) * classes)));
  }

  /** One row of `probabilities` as a prediction. */
  describe(probabilities: Float64Array): TextPrediction {
    const best = probabilities.reduce((top, value, i) => (value > probabilities[top]! ? i : top), 0);
    return {
      label: this.labels[best]!,
      probability: probabilities[best]!,
      probabilities: Object.fromEntries(this.labels.map((label, i) => [label, probabilities[i]!])),
    };
  }

  release(): void {
    this.#session.release();
  }
}

function doorProblem({ inputs, outputs }: Session, manifest: TextClassificationManifest): string | undefined {
  const labels = manifest.labels.length;
  const wanted = manifest.preprocessing.bagLength === undefined ? INPUTS : [...INPUTS, BAG_INPUT];
  const missing = wanted.find((name) => !inputs.some((input) => input.name === name && input.dtype === "int64"));
  if (missing !== undefined) return `the graph has no int64 input "${missing}"`;
  const extra = inputs.find(({ name }) => !wanted.includes(name));
  if (extra !== undefined) return `the graph has an input "${extra.name}", which no text gives`;
  const logits = outputs.find(({ name, dtype }) => name === OUTPUT && dtype === "float32");
  if (logits === undefined) return `the graph has no float32 output "${OUTPUT}"`;
  const classes = logits.shape[1];
  const isFixed = typeof classes === "number" && classes >= 0;
  if (logits.shape.length === 2 && (!isFixed || classes === labels)) return undefined;
  return `the output "${OUTPUT}" has shape [${logits.shape.join(", ")}], the manifest names ${labels} labels`;
}
