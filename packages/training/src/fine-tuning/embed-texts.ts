import { availableParallelism } from "node:os";
import { type CpuOperator, chooseProvider, defaultRuntime, type Tensor } from "@modelwright/engine";
import { buildTextEncoder, type LoadedPretrained } from "@modelwright/models";
import { textRows } from "../batch-sources/text-rows.ts";
import { Evaluator } from "../evaluator/evaluator.ts";
import type { TrainModelOptions } from "../model/train-model-options.ts";
import { checkFallback } from "../trainer/cpu-fallback.ts";
import type { EncodedTexts } from "./encoded-split.ts";

export interface EmbeddingOptions extends Pick<TrainModelOptions, "threads" | "executionProvider" | "cpuFallback"> {
  /** Texts embedded so far, of all splits. */
  readonly onEmbed?: ((done: number, total: number) => void) | undefined;
}

/** The vectors of texts, float32 `[texts, width]` by split, each text read once. */
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
  const { threads = availableParallelism(), cpuFallback, onEmbed } = options;
  const built = buildTextEncoder({ architecture: encoder, parameters });
  const evaluator = await Evaluator.create(built.graph, {}, { runtime, threads, executionProvider });
  try {
    checkFallback(executionProvider, evaluator.onCpu, cpuFallback);
    const total = splits.reduce((sum, { encoded }) => sum + encoded.length, 0);
    const vectors: Tensor<"float32">[] = [];
    let before = 0;
    for (const { encoded, reading } of splits) {
      const start = before;
      const { rows } = await evaluator.fetch(evaluator.check(textRows(encoded, reading), "texts"), {
        rows: built.outputs,
        onProgress: (done) => onEmbed?.(start + done, total),
      });
      vectors.push(rows[built.outputs[0]!] as Tensor<"float32">);
      before += encoded.length;
    }
    return { vectors, onCpu: evaluator.onCpu };
  } finally {
    evaluator.release();
  }
}
