import { createHash } from "node:crypto";
import { encodeModel, type Tensor } from "@modelwright/engine";
import type { TrainableModel } from "./open-training.ts";
import type { CheckedDataset } from "./tensor-dataset.ts";
import type { TrainModelOptions } from "./train-model-options.ts";

/** Options that change no weight; `steps` and `epochs` do, since schedules look ahead. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  "data",
  "validation",
  "parameters",
  "checkpointDirectory",
  "checkpointSeconds",
  "onBuilt",
  "onEvent",
  "shouldStop",
  // The checkpoint holds these itself, for a message that names them.
  "threads",
  "executionProvider",
  "cpuFallback",
]);

/**
 * Digest of everything that decides a run's weights: graph, initial weights, groups, data and options, of which functions count by their
 * names alone.
 *
 * Of a dataset that makes its batches by a function, the number of rows, their lengths, and the first and the last row count.
 */
export function trainingFingerprint({
  trainable: { built, parameters },
  data,
  validation,
  options,
}: {
  readonly trainable: TrainableModel;
  readonly data: CheckedDataset;
  readonly validation: CheckedDataset | undefined;
  readonly options: TrainModelOptions<string>;
}): string {
  const hash = createHash("sha256");
  hash.update(encodeModel(built.graph));
  const tensors = (named: Iterable<readonly [string, Tensor]>) => {
    for (const [name, { dtype, shape, data: values }] of named) {
      hash.update(JSON.stringify([name, dtype, shape]));
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
  };
  const initial = [...built.parameters, ...built.buffers];
  tensors(initial.map(([name, { tensor }]) => [name, tensor] as const));
  hash.update(JSON.stringify(parameters.map(({ name, group }) => [name, group])));
  for (const dataset of validation === undefined ? [data] : [data, validation]) {
    hash.update(JSON.stringify([dataset.rows, ...Array.from(dataset.lengths)]));
    tensors(Object.entries(dataset.whole ?? dataset.batch(Int32Array.of(0, dataset.rows - 1), 0).tensors));
  }
  const decisive = Object.entries(options).filter(([name, value]) => value !== undefined && !WITHOUT_EFFECT.has(name));
  hash.update(JSON.stringify(decisive.toSorted(([a], [b]) => (a < b ? -1 : 1))));
  return hash.digest("hex");
}
