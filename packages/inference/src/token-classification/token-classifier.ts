import type { AnswerOf, ManifestOf } from "@modelwright/contracts";
import { placeOf, readUnits, type TextTokenizer, type TextUnits, type UnitPart, unitSpans } from "@modelwright/data";
import { type Session, tensor } from "@modelwright/engine";
import type { LoadedModel, PredictRequest, PreparedItems, WarmUp } from "../loaded-model.ts";
import { type LoadOptions, unreadable } from "../open-version.ts";
import { openTexts } from "../texts/open-texts.ts";
import { planRuns } from "../texts/plan-runs.ts";
import { requireTexts } from "../texts/require-texts.ts";
import { warmUpTexts } from "../texts/warm-up-texts.ts";

type Task = "token-classification";

/** What a model marked in a text: a whole answer. */
export type MarkedText = AnswerOf<Task>;

/** Units of a text to warm up with at most. */
const LONGEST_WARM_UP = 256;

/** A part of a text that goes through the model at once. */
interface Part extends UnitPart {
  /** Index of the text. */
  readonly text: number;
}

/** A token-classification version loaded from its folder. */
export class TokenClassifier implements LoadedModel<Task, MarkedText> {
  readonly manifest: ManifestOf<Task>;
  readonly #session: Session;
  readonly #tokenizer: TextTokenizer;
  readonly #maxBatch: number;

  private constructor(
    { manifest, session, tokenizer }: Awaited<ReturnType<typeof openTexts<Task>>>,
    { maxBatch = 32 }: LoadOptions,
  ) {
    this.manifest = manifest;
    this.#session = session;
    this.#tokenizer = tokenizer;
    this.#maxBatch = maxBatch;
  }

  /**
   * @param directory A version folder: `modelwright.json`, `tokenizer.json`, `onnx/model.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph;
   * `ENGINE_PROVIDER_UNAVAILABLE`.
   */
  static async load(directory: string, options: LoadOptions = {}): Promise<TokenClassifier> {
    const version = await openTexts(directory, "token-classification", options);
    const problem = signatureProblem(version.session);
    if (problem === undefined) return new TokenClassifier(version, options);
    version.session.release();
    return unreadable(version.file, problem);
  }

  /** Cuts texts into units. What their run gives can cross to another thread. */
  prepare(texts: readonly string[]): PreparedItems<Task, MarkedText> {
    requireTexts(texts);
    const { tokensPerUnit = "one", ...preprocessing } = this.manifest.preprocessing;
    const read = texts.map((text) => readUnits(text, { ...preprocessing, tokensPerUnit, tokenizer: this.#tokenizer }));
    const units = read.map((each) => each.units);
    const parts = read.flatMap((each, text) => each.parts.map((part): Part => ({ ...part, text })));
    return {
      run: async (request = {}) => {
        const tagged = units.map(({ starts }) => ({
          tags: new Int32Array(starts.length),
          probabilities: new Float32Array(starts.length),
        }));
        await this.#run(parts, request, ({ text, from, firsts }, tags, probabilities) => {
          tagged[text]!.tags.set(
            firsts.map((place) => tags[place]!),
            from,
          );
          for (const [unit, place] of firsts.entries())
            tagged[text]!.probabilities[from + unit] = probabilities[place]!;
        });
        return texts.map((text, index) => ({ text, entities: this.#entities(text, units[index]!, tagged[index]!) }));
      },
    };
  }

  async #run(
    parts: readonly Part[],
    { signal, blocking = false }: PredictRequest<Task>,
    onPart: (part: Part, tags: Int32Array, probabilities: Float32Array) => void,
  ): Promise<void> {
    signal?.throwIfAborted();
    const { maxLength, padId } = this.manifest.preprocessing;
    const lengths = parts.map(({ ids }) => ids.length);
    for (const { rows, length } of planRuns(lengths, { maxRows: this.#maxBatch, maxLength })) {
      signal?.throwIfAborted();
      const ids = new BigInt64Array(rows.length * length).fill(BigInt(padId));
      const mask = new BigInt64Array(rows.length * length);
      rows.forEach((row, i) => {
        ids.set(BigInt64Array.from(parts[row]!.ids, BigInt), i * length);
        mask.fill(1n, i * length, i * length + lengths[row]!);
      });
      const shape = [rows.length, length];
      const feeds = { input_ids: tensor("int64", shape, ids), attention_mask: tensor("int64", shape, mask) };
      const { tags, probabilities } = await this.#session.run(feeds, undefined, { blocking });
      rows.forEach((row, i) => {
        const [start, end] = [i * length, i * length + lengths[row]!];
        onPart(
          parts[row]!,
          Int32Array.from((tags!.data as BigInt64Array).subarray(start, end), Number),
          (probabilities!.data as Float32Array).subarray(start, end),
        );
      });
    }
  }

  #entities(
    text: string,
    units: TextUnits,
    { tags, probabilities }: { readonly tags: Int32Array; readonly probabilities: Float32Array },
  ): MarkedText["entities"] {
    return unitSpans(tags).map((span) => {
      const { start, end } = placeOf(units, span);
      // A sum in float32 may end a rounding step above 1.
      const score = Math.min(1, ...probabilities.subarray(span.from, span.to));
      return { start, end, label: this.manifest.labels[span.label]!, text: text.slice(start, end), score };
    });
  }

  /** Marked spans of texts, in their order. */
  async predict(texts: readonly string[], request: PredictRequest<Task> = {}): Promise<MarkedText[]> {
    return [...(await this.prepare(texts).run(request))];
  }

  /** Runs what the first requests would wait for: the first run of a shape allocates. */
  warmUp(): Promise<WarmUp> {
    const maxLength = Math.min(this.manifest.preprocessing.maxLength, LONGEST_WARM_UP);
    return warmUpTexts(this, { maxLength, maxBatch: this.#maxBatch });
  }

  /** Frees the session; nothing may be asked afterwards. */
  release(): void {
    this.#session.release();
  }
}

const INPUTS = ["input_ids", "attention_mask"] as const;
const OUTPUTS = { tags: "int64", probabilities: "float32" } as const;

function signatureProblem({ inputs, outputs }: Session): string | undefined {
  for (const name of INPUTS)
    if (!inputs.some((input) => input.name === name && input.dtype === "int64"))
      return `the graph has no int64 input "${name}"`;
  const extra = inputs.find(({ name }) => !(INPUTS as readonly string[]).includes(name));
  if (extra !== undefined) return `the graph has an input "${extra.name}", which no text gives`;
  for (const [name, dtype] of Object.entries(OUTPUTS)) {
    if (!outputs.some((output) => output.name === name && output.dtype === dtype))
      return `the graph has no ${dtype} output "${name}"`;
  }
  return undefined;
}
