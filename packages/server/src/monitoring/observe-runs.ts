import { inferenceRow } from "@modelwright/inference";
import type { BatchObservation } from "../batching/batcher.ts";
import type { BatchResult } from "../inference/inference-worker.ts";
import { runnerOf } from "../inference/load-unit.ts";
import type { LoadedParts } from "../residency/residency.ts";
import type { RunLabels, ServerMetrics } from "./server-metrics.ts";

/** Counts batches under the names of what ran them, as units come and go. */
export class RunObserver {
  readonly #metrics: ServerMetrics;
  /** By the name of the runner. */
  readonly #labels = new Map<string, RunLabels>();

  constructor(metrics: ServerMetrics) {
    this.#metrics = metrics;
  }

  admit(parts: LoadedParts): void {
    for (const [runner, labels] of labelsOf(parts)) this.#labels.set(runner, labels);
  }

  forget(parts: LoadedParts): void {
    const gone = labelsOf(parts);
    for (const [runner] of gone) this.#labels.delete(runner);
    const kept = new Set([...this.#labels.values()].map(nameOf));
    for (const [, labels] of gone) if (!kept.has(nameOf(labels))) this.#metrics.forgetRuns(labels);
  }

  /** Under what the batches of a runner are counted; undefined of one that is not served any more. */
  labels(runner: string): RunLabels | undefined {
    return this.#labels.get(runner);
  }

  ran({ model, preparationMs, inferenceMs }: { readonly model: string } & BatchResult): void {
    this.#count(model, (labels) => {
      this.#metrics.tokenizationDuration.observe(labels, preparationMs / 1000);
      this.#metrics.inferenceDuration.observe(labels, inferenceMs / 1000);
    });
  }

  left({ model, queuedMs }: BatchObservation): void {
    this.#count(model, (labels) => {
      this.#metrics.batchSize.observe(labels, queuedMs.length);
      for (const ms of queuedMs) this.#metrics.queueDuration.observe(labels, ms / 1000);
    });
  }

  /** Lets an answer that is ready go out first: nobody has to wait for the counting. */
  #count(runner: string, count: (labels: RunLabels) => void): void {
    setImmediate(() => {
      const labels = this.#labels.get(runner);
      if (labels !== undefined) count(labels);
    });
  }
}

function labelsOf({ unit, sharing }: LoadedParts): Map<string, RunLabels> {
  return new Map(
    unit.models.map(({ key, manifest }) => {
      const runner = runnerOf(unit.id, key, sharing);
      const { name, version, task } = manifest;
      const isShared = runner === unit.id;
      return [
        runner,
        isShared ? { model: inferenceRow(task).base(manifest), version: "shared" } : { model: name, version },
      ];
    }),
  );
}

function nameOf({ model, version }: RunLabels): string {
  return `${model} ${version}`;
}
