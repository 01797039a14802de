import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import {
  loadTokenizer,
  splitDocuments,
  type TextDocument,
  type TextTokenizer,
  type TokenizerJson,
  type TokenizerKind,
  type TokenizerTrainingProgress,
  trainTokenizer,
} from "@modelwright/data";
import { encodeModel, type Tensor } from "@modelwright/engine";
import { type BuiltModel, type Parameters, writeSafetensors } from "@modelwright/models";
import { writeFileAtomically } from "../checkpoints/atomic-write.ts";
import { CheckpointStore } from "../checkpoints/checkpoint-store.ts";
import type { FitResult } from "../trainer/fit.ts";
import type { Validation } from "../trainer/fit-state.ts";
import { type LanguageModelRun, type LanguageModelTraining, trainLanguageModel } from "./train-language-model.ts";

export interface PretrainingOptions extends LanguageModelTraining {
  readonly documents: readonly TextDocument[];
  /** What kind to train on the documents, or one that exists. */
  readonly tokenizer:
    | { readonly kind: TokenizerKind; readonly vocabularySize: number; readonly lowercase?: boolean }
    | TokenizerJson;
  readonly model: {
    readonly layers: number;
    readonly width: number;
    readonly heads: number;
    /** Default: four times the width. */
    readonly innerWidth?: number;
  };
  /** Tokens that the model reads at once. Default 128. */
  readonly sequenceLength?: number;
  /** Share of the characters that are set aside to evaluate by. Default 0.05. */
  readonly validation?: number;
  /** The model's folder; also its checkpoint while it is trained. */
  readonly directory: string;
  readonly onTokenizer?: (progress: TokenizerTrainingProgress) => void;
}

export interface PretrainedLanguageModel {
  readonly fit: FitResult;
  readonly parameters: Parameters;
  readonly tokenizer: TextTokenizer;
  /** Validation loss, perplexity and accuracies of the weights that were kept; absent when the run was interrupted. */
  readonly validation?: Validation;
}

/** The sizes that every architecture has. */
export type ModelSizes = Required<PretrainingOptions["model"]>;

/** What a model is prepared from. */
export interface PretrainingData {
  readonly tokenizer: TextTokenizer;
  readonly documents: ReturnType<typeof splitDocuments>;
  readonly model: ModelSizes;
  readonly sequenceLength: number;
  readonly seed: number;
}

/** A model that is ready to be trained. */
export interface PreparedPretraining extends LanguageModelRun {
  /** `config.json`. */
  readonly config: object;
  /** `generation_config.json`, where the model writes texts. */
  readonly generation?: object;
  /** The graph to serve. */
  readonly prediction: (parameters: Parameters) => BuiltModel;
  /** Its weights as models of its family are published: names of transformers, matrices `[outputs, inputs]`. */
  readonly published: (parameters: Parameters) => ReadonlyMap<string, Tensor<"float32">>;
}

/** What sets one kind of pre-training apart from another. */
export interface PretrainingKind {
  readonly specialTokens: (kind: TokenizerKind) => readonly string[];
  readonly prepare: (data: PretrainingData) => PreparedPretraining;
}

/**
 * Lays the documents out and describes the model.
 *
 * @param source Named in messages.
 * @throws {ModelwrightError} `DATA_TEXT_TOO_SHORT` where they do not fill a row; `TOKENIZER_INVALID` for a tokenizer without the special tokens.
 */
export function preparePretraining(
  kind: PretrainingKind,
  data: PretrainingData,
  source = "documents",
): PreparedPretraining {
  const prepared = kind.prepare(data);
  requireRows(prepared, { source, length: data.sequenceLength });
  return prepared;
}

/** @throws {ModelwrightError} `DATA_TEXT_TOO_SHORT` where the texts of a split do not fill a row of so many tokens. */
export function requireRows(
  rows: Pick<LanguageModelRun, "train" | "validation">,
  { source, length }: { readonly source: string; readonly length: number },
): void {
  for (const split of ["train", "validation"] as const) {
    if (rows[split].rows > 0) continue;
    throw new ModelwrightError("DATA_TEXT_TOO_SHORT", { source, split, tokens: length });
  }
}

/** Splits, trains the tokenizer where one is wanted, trains the model and writes its folder. */
export async function pretrain(options: PretrainingOptions, kind: PretrainingKind): Promise<PretrainedLanguageModel> {
  const { directory, sequenceLength = 128, validation: share = 0.05, seed = 7 } = options;
  const documents = splitDocuments(options.documents, { validation: share, seed });
  const tokenizerJson = await tokenizerOf(options, { kind, documents: documents.train });
  const tokenizer = loadTokenizer(tokenizerJson);
  const model = { ...options.model, innerWidth: options.model.innerWidth ?? 4 * options.model.width };
  const prepared = preparePretraining(kind, { tokenizer, documents, model, sequenceLength, seed });
  await mkdir(join(directory, "onnx"), { recursive: true });
  const checkpoints = new CheckpointStore(
    join(directory, "checkpoint.safetensors"),
    fingerprint(options, tokenizerJson),
  );
  const { fit, parameters } = await trainLanguageModel(prepared, { ...options, checkpoints });
  if (fit.status === "interrupted") return { fit, parameters, tokenizer };
  const files: Readonly<Record<string, readonly Uint8Array[]>> = {
    "config.json": [bytesOf(prepared.config)],
    "tokenizer.json": [bytesOf(tokenizerJson)],
    "onnx/model.onnx": [encodeModel(prepared.prediction(parameters).graph)],
    "model.safetensors": writeSafetensors(prepared.published(parameters), { format: "pt" }),
  };
  for (const [path, tokens] of Object.entries(files)) await writeFileAtomically(join(directory, path), tokens);
  const { loss, measures } = fit.state.evaluations.find(({ step }) => step === fit.state.bestStep)!;
  return { fit, parameters, tokenizer, validation: { loss, measures } };
}

async function tokenizerOf(
  { tokenizer, onTokenizer }: PretrainingOptions,
  { kind, documents }: { readonly kind: PretrainingKind; readonly documents: readonly TextDocument[] },
): Promise<TokenizerJson> {
  if ("model" in tokenizer) return tokenizer;
  return trainTokenizer({
    ...tokenizer,
    texts: documents.flatMap(({ sentences }) => sentences),
    specialTokens: kind.specialTokens(tokenizer.kind),
    ...(onTokenizer === undefined ? {} : { onProgress: onTokenizer }),
  });
}

/**
 * Digest of everything that decides the weights. Functions, the folder and how often it is written to do not; threads and execution
 * provider the checkpoint holds itself, for a message that names them.
 */
function fingerprint(options: PretrainingOptions, tokenizerJson: TokenizerJson): string {
  const { directory, checkpointSeconds, tokenizer, threads, executionProvider, cpuFallback, ...decisive } = options;
  return createHash("sha256")
    .update(JSON.stringify([decisive, tokenizerJson]))
    .digest("hex");
}

function bytesOf(json: object): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(json, undefined, 2)}\n`);
}

/** @throws {ModelwrightError} `TOKENIZER_INVALID` where the tokenizer lacks it. */
export function requireToken(tokenizer: TextTokenizer, token: string): number {
  const id = tokenizer.idOf(token);
  if (id !== undefined) return id;
  throw new ModelwrightError("TOKENIZER_INVALID", { file: "tokenizer.json", problem: `it has no token "${token}"` });
}
