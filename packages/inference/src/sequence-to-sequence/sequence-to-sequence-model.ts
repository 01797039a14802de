import type { AnswerOf, ManifestOf } from "@modelwright/contracts";
import type { TextTokenizer } from "@modelwright/data";
import { defaultRuntime, type Runtime, type Session } from "@modelwright/engine";
import { TokenTexts } from "../generation/constraints/token-texts.ts";
import {
  checkGenerateOptions,
  type GenerateOptions,
  type Generation,
  type GenerationRequest,
} from "../generation/generate-options.ts";
import { Generator } from "../generation/generator.ts";
import { DRAWING_OPTIONS } from "../generation/processors/processors.ts";
import { CrossReader } from "../generation/rows/cross-rows.ts";
import { streamTexts } from "../generation/stream-texts.ts";
import { writingSession } from "../language-models/writing-session.ts";
import type { LoadedModel, PredictRequest, PreparedItems, WarmUp } from "../loaded-model.ts";
import { type LoadOptions, openGraph } from "../open-version.ts";
import { openTexts } from "../texts/open-texts.ts";
import { requireTexts } from "../texts/require-texts.ts";

type Task = "sequence-to-sequence";
type Manifest = ManifestOf<Task>;

/** The graph that reads texts, in a version's folder. */
const ENCODER = "onnx/encoder_model.onnx";
/** The one that writes, under the name by which transformers.js finds it. */
const DECODER = "onnx/decoder_model_merged.onnx";

/** How a text is written, and who is told of it as it comes. */
export type TransformOptions = GenerateOptions & Pick<GenerationRequest, "signal" | "onText">;

interface SequenceToSequenceParts {
  readonly tokenizer: TextTokenizer;
  readonly encoder: Session;
  readonly decoder: Session;
  /** Of the sessions. */
  readonly runtime: Runtime;
  /** Texts that are written side by side; more wait. Default 32. */
  readonly mostRows?: number | undefined;
}

/** A loaded version that writes a text from another one. Texts that are asked for at the same time are written side by side. */
export class SequenceToSequenceModel implements LoadedModel<Task, AnswerOf<Task>> {
  readonly manifest: Manifest;
  readonly tokenizer: TextTokenizer;
  readonly #generator: Generator;

  constructor(manifest: Manifest, { tokenizer, mostRows = 32, ...sessions }: SequenceToSequenceParts) {
    this.manifest = manifest;
    this.tokenizer = tokenizer;
    const endIds = new Set(manifest.preprocessing.endIds);
    const tokenTexts = new TokenTexts(tokenizer);
    this.#generator = new Generator(new CrossReader(sessions), { tokenizer, tokenTexts, endIds, mostRows });
  }

  /**
   * @param directory A version folder: `modelwright.json`, `tokenizer.json`, `onnx/encoder_model.onnx`, `onnx/decoder_model_merged.onnx`.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED` for an unsafe graph.
   */
  static async load(directory: string, given: LoadOptions = {}): Promise<SequenceToSequenceModel> {
    const runtime = given.runtime ?? (await defaultRuntime());
    const options = { ...writingSession(given), runtime };
    const version = await openTexts(directory, "sequence-to-sequence", { ...options, graph: ENCODER });
    const { manifest, tokenizer, session: encoder } = version;
    try {
      const decoder = await openGraph(directory, DECODER, options);
      return new SequenceToSequenceModel(manifest, {
        tokenizer,
        encoder,
        decoder,
        runtime,
        mostRows: options.maxBatch,
      });
    } catch (error) {
      encoder.release();
      throw error;
    }
  }

  /**
   * Writes a text from another one, token by token, until the model ends it. The likeliest token is taken unless an option asks for drawn ones.
   *
   * @param text Of a long one the first tokens are read, as many as the manifest says.
   * @param options.maxTokens Default: the manifest's `maxTargetLength`.
   * @param options.signal Ends the writing between two tokens.
   * @param options.onText Is given the text as it comes: never a part of a stop string, never half a character.
   * @throws {ModelwrightError} `MODEL_OPTION_INVALID`.
   */
  async transform(text: string, { signal, onText, ...given }: TransformOptions = {}): Promise<Generation> {
    const { prefix, maxSourceLength, maxTargetLength, startId } = this.manifest.preprocessing;
    const options = { maxTokens: maxTargetLength, ...withoutDrawing(given) };
    checkGenerateOptions(options);
    signal?.throwIfAborted();
    const source = [...this.tokenizer.read(prefix + text, maxSourceLength)];
    return this.#generator.generate({ prompt: [startId], source, options, signal, onText });
  }

  /**
   * As `transform`: the text as it comes. Whoever leaves the loop ends the writing.
   *
   * @returns Parts of the text; behind the last, what `transform` gives.
   */
  stream(text: string, options: Omit<TransformOptions, "onText"> = {}): AsyncGenerator<string, Generation, undefined> {
    return streamTexts((followed) => this.transform(text, { ...options, ...followed }), options.signal);
  }

  prepare(texts: readonly string[]): PreparedItems<Task, AnswerOf<Task>> {
    requireTexts(texts);
    return {
      run: ({ options, signal } = {}) => Promise.all(texts.map((text) => this.transform(text, { ...options, signal }))),
    };
  }

  /** What is written from texts, in their order. */
  async predict(texts: readonly string[], request?: PredictRequest<Task>): Promise<AnswerOf<Task>[]> {
    return [...(await this.prepare(texts).run(request))];
  }

  /** Reads a short text and the longest. */
  async warmUp(): Promise<WarmUp> {
    const { maxSourceLength } = this.manifest.preprocessing;
    for (const text of ["Hi", "warm up ".repeat(maxSourceLength)]) await this.transform(text, { maxTokens: 2 });
    return {};
  }

  /** Frees the sessions when the texts under way are written; nothing may be asked afterwards. */
  release(): void {
    this.#generator.release();
  }
}

/** Options by which the likeliest token is taken where nothing asks for a drawn one, nor for beams, which draw nothing. */
export function withoutDrawing(options: GenerateOptions): GenerateOptions {
  const asks = [...DRAWING_OPTIONS, "seed"] as const;
  const isSaid = asks.some((option) => options[option] !== undefined) || (options.beams ?? 1) > 1;
  return isSaid ? options : { ...options, temperature: 0 };
}
