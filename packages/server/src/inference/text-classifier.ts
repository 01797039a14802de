import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ModelwrightError, type ModelManifest, modelManifestSchema } from "@modelwright/contracts";
import { collate, loadTokenizer, planBatches, type TextTokenizer } from "@modelwright/data";
import { defaultRuntime, guardModel, type Runtime, type Session } from "@modelwright/engine";

/** What a model says about one text. */
export interface TextPrediction {
  readonly label: string;
  /** Of `label`, in [0, 1]. */
  readonly probability: number;
  /** Of every label; they sum to 1. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** Texts of one run of the session; more are cut into several runs. */
const MAX_BATCH = 32;

/**
 * A text-classification version loaded from its folder.
 *
 * What was trained is what runs: the folder's own tokenizer and graph, in the order of the manifest's labels.
 */
export class TextClassifier {
  readonly manifest: ModelManifest;
  readonly #tokenizer: TextTokenizer;
  readonly #session: Session;

  private constructor(manifest: ModelManifest, tokenizer: TextTokenizer, session: Session) {
    this.manifest = manifest;
    this.#tokenizer = tokenizer;
    this.#session = session;
  }

  /**
   * @param directory A version folder: `modelwright.json`, `tokenizer.json`, `onnx/model.onnx`.
   * @param options.threads Threads of the session. Default: the machine's cores.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph.
   */
  static async load(
    directory: string,
    options: { readonly threads?: number; readonly spinning?: boolean; readonly runtime?: Runtime } = {},
  ): Promise<TextClassifier> {
    const manifest = modelManifestSchema.safeParse(await readJson(join(directory, "modelwright.json")));
    if (!manifest.success) {
      const [issue] = manifest.error.issues;
      throw new ModelwrightError("SERVER_VERSION_UNREADABLE", {
        file: join(directory, "modelwright.json"),
        problem: `${issue?.path.join(".")}: ${issue?.message}`,
      });
    }
    const tokenizer = loadTokenizer((await readJson(join(directory, manifest.data.preprocessing.tokenizer))) as object);
    const file = join(directory, "onnx", "model.onnx");
    const bytes = await readFile(file).catch((cause: unknown) => unreadable(file, cause));
    guardModel(bytes, { file });
    const runtime = options.runtime ?? (await defaultRuntime());
    const session = await runtime.createSession(bytes, {
      spinning: options.spinning ?? false,
      ...(options.threads === undefined ? {} : { threads: options.threads }),
    });
    return new TextClassifier(manifest.data, tokenizer, session);
  }

  get labels(): readonly string[] {
    return this.manifest.labels;
  }

  /** Piece ids of a text, cut at the model's longest sequence. */
  encode(text: string): Int32Array {
    return this.#tokenizer.encode(text, this.manifest.preprocessing.maxLength);
  }

  /**
   * Class probabilities of encoded texts.
   *
   * @returns Row-major, `[texts, labels]`, float64.
   */
  async probabilities(encoded: readonly Int32Array[]): Promise<Float64Array> {
    const classes = this.labels.length;
    const result = new Float64Array(encoded.length * classes);
    const lengths = encoded.map((ids) => ids.length);
    const batches = planBatches({ lengths, batchSize: MAX_BATCH, seed: 0, epoch: 0, shuffle: false });
    for (const batch of batches) {
      const { inputIds, attentionMask, shape } = collate(encoded, batch);
      const { logits } = await this.#session.run({
        input_ids: { dtype: "int64", shape, data: inputIds },
        attention_mask: { dtype: "int64", shape, data: attentionMask },
      });
      const scores = logits!.data as Float32Array;
      batch.rows.forEach((row, i) => {
        result.set(softmax(scores.subarray(i * classes, (i + 1) * classes)), row * classes);
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

/** exp(x − max) / Σ, so that large logits do not overflow. */
function softmax(logits: Float32Array): Float64Array {
  const max = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const exponentials = Float64Array.from(logits, (value) => Math.exp(value - max));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => unreadable(file, cause));
  try {
    return JSON.parse(text);
  } catch (cause) {
    return unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): never {
  const problem = cause instanceof Error ? cause.message : String(cause);
  throw new ModelwrightError("SERVER_VERSION_UNREADABLE", { file, problem }, { cause });
}
