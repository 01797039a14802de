import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import {
  type CpuOperator,
  chooseProvider,
  defaultRuntime,
  type ExecutionProvider,
  encodeModel,
  type Graph,
  type Tensor,
} from "@modelwright/engine";
import { buildTextEncoder, type LoadedPretrained } from "@modelwright/models";
import { textRows } from "../batch-sources/text-rows.ts";
import { Evaluator } from "../evaluator/evaluator.ts";
import type { TrainModelOptions } from "../model/train-model-options.ts";
import type { Compute } from "../trainer/compute.ts";
import { checkFallback } from "../trainer/cpu-fallback.ts";
import { byText } from "./by-text.ts";
import type { EncodedTexts } from "./encoded-split.ts";
import type { VectorCache } from "./vector-cache.ts";

export interface EmbeddingOptions extends Pick<TrainModelOptions, "threads" | "executionProvider" | "cpuFallback"> {
  /** Texts, or windows of texts, embedded so far, of all splits. */
  readonly onEmbed?: ((done: number, total: number) => void) | undefined;
  /** Where vectors are looked up and kept. Default: nowhere. */
  readonly vectorCache?: VectorCache | undefined;
  /** Told where the vectors come from, when they are there. */
  readonly onVectors?: ((vectors: VectorsEvent) => void) | undefined;
}

/** Vectors that a cache gave or took. */
export interface VectorsEvent {
  readonly texts: number;
  readonly from: "cache" | "encoder";
  /** Why they could not be kept for later runs. Absent: they are. */
  readonly problem?: string;
}

/** The vectors of texts, float32 `[texts, width]` by split, each text read once; of a text in several windows the mean of theirs. */
export interface EmbeddedTexts {
  readonly vectors: readonly Tensor<"float32">[];
  /** Operators that the execution provider left to the CPU. */
  readonly onCpu: readonly CpuOperator[];
}

/** @throws {ModelwrightError} `ENGINE_PROVIDER_UNAVAILABLE`; `ENGINE_OPERATORS_ON_CPU` for what `cpuFallback: "refuse"` refuses. */
export async function embedTexts(
  { encoder, parameters }: LoadedPretrained,
  splits: readonly EncodedTexts[],
  options: EmbeddingOptions,
): Promise<EmbeddedTexts> {
  const runtime = await defaultRuntime();
  const { name: executionProvider } = await chooseProvider(runtime, options.executionProvider ?? "cpu");
  const { threads = availableParallelism(), vectorCache, onVectors = () => {} } = options;
  const pairs = splits.some(({ types }) => types !== undefined);
  const { graph, outputs } = buildTextEncoder({ architecture: encoder, parameters, pairs });
  const task = { graph, output: outputs[0]!, splits, compute: { runtime, threads, executionProvider } };
  if (vectorCache === undefined) return embed(task, options);
  const texts = splits.reduce(
    (sum, { encoded, textOf }) => sum + (textOf === undefined ? encoded.length : textsIn(textOf)),
    0,
  );
  const key = keyOf(task);
  const kept = await vectorCache.read(key);
  if (kept !== undefined) {
    onVectors({ texts, from: "cache" });
    return { vectors: kept, onCpu: [] };
  }
  const embedded = await embed(task, options);
  const problem = await vectorCache.write(key, embedded.vectors).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  onVectors({ texts, from: "encoder", ...(problem === undefined ? {} : { problem }) });
  return embedded;
}

function textsIn(textOf: Int32Array): number {
  return (textOf.at(-1) ?? -1) + 1;
}

interface EmbeddingTask {
  readonly graph: Graph;
  readonly output: string;
  readonly splits: readonly EncodedTexts[];
  readonly compute: Compute & { readonly threads: number; readonly executionProvider: ExecutionProvider };
}

/** A digest of all that decides vectors to the last bit: the graph with its weights, the tokens that are read, and what rounds sums. */
function keyOf({ graph, splits, compute: { threads, executionProvider } }: EmbeddingTask): string {
  const hash = createHash("sha256");
  // The weights are read where they lie, instead of being copied into a file first.
  hash.update(encodeModel({ ...graph, initializers: new Map() }));
  for (const [name, { dtype, shape, data }] of graph.initializers) {
    hash.update(JSON.stringify([name, dtype, shape]));
    hash.update(ArrayBuffer.isView(data) ? bytesOf(data) : JSON.stringify(data));
  }
  hash.update(JSON.stringify({ threads, executionProvider }));
  for (const { encoded, types = [], textOf, reading } of splits) {
    hash.update(JSON.stringify([reading, encoded.length, types.length, ...(textOf ?? [])]));
    for (const ids of [...encoded, ...types]) {
      hash.update(`${ids.length}:`);
      hash.update(bytesOf(ids));
    }
  }
  return hash.digest("hex");
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

async function embed(
  { graph, output, splits, compute }: EmbeddingTask,
  { cpuFallback, onEmbed }: EmbeddingOptions,
): Promise<EmbeddedTexts> {
  const evaluator = await Evaluator.create(graph, {}, compute);
  try {
    checkFallback(compute.executionProvider, evaluator.onCpu, cpuFallback);
    const total = splits.reduce((sum, { encoded }) => sum + encoded.length, 0);
    const vectors: Tensor<"float32">[] = [];
    let before = 0;
    for (const { reading, ...tokenized } of splits) {
      const start = before;
      const { rows } = await evaluator.fetch(evaluator.check(textRows(tokenized, reading), "texts"), {
        rows: [output],
        onProgress: (done) => onEmbed?.(start + done, total),
      });
      vectors.push(byText(rows[output] as Tensor<"float32">, tokenized.textOf));
      before += tokenized.encoded.length;
    }
    return { vectors, onCpu: evaluator.onCpu };
  } finally {
    evaluator.release();
  }
}
