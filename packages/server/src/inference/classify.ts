import type { ServerResponse } from "node:http";
import { ModelwrightError } from "@modelwright/contracts";
import type { Batcher } from "../batching/batcher.ts";
import type { ServerMetrics } from "../monitoring/server-metrics.ts";
import type { ServedModel } from "./served-models.ts";

/** What a model says about one text. */
export interface Classification {
  readonly label: string;
  /** Of the label. */
  readonly probability: number;
  /** Of every label, in the model's order. */
  readonly probabilities: Float64Array;
}

export interface ClassifyOptions {
  readonly model: ServedModel;
  readonly texts: readonly string[];
  readonly batcher: Batcher<Float64Array>;
  readonly metrics: ServerMetrics;
  /** The way back to the client: texts of one that left are not run. */
  readonly response: ServerResponse;
}

/**
 * Sends the texts of one request through the queue.
 * @throws {ModelwrightError} What `Batcher.submit` throws; `SERVER_OUTPUT_NOT_FINITE`.
 */
export async function classify(options: ClassifyOptions): Promise<Classification[]> {
  const { model, texts, batcher, metrics, response } = options;
  const { name, version, manifest } = model.record;
  const { results, cancel } = batcher.submit(model.key, texts);
  response.once("close", cancel);
  const rows = await results.finally(() => response.off("close", cancel));
  return rows.map((probabilities, index) => {
    let best = 0;
    for (const [i, value] of probabilities.entries()) {
      if (!Number.isFinite(value)) throw new ModelwrightError("SERVER_OUTPUT_NOT_FINITE", { model: model.key, index });
      if (value > probabilities[best]!) best = i;
    }
    const label = manifest.labels[best]!;
    metrics.predictions.inc({ model: name, version, label });
    return { label, probability: probabilities[best]!, probabilities };
  });
}
