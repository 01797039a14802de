import type { MetricPoint, Registry } from "@modelwright/registry";
import type { TrainingEvent } from "@modelwright/training";

/** Points of the training curve that wait for one write to the registry. */
const BATCH = 200;

/** Writes the curves of a run to the registry as its training tells of them. */
export class MetricLog {
  readonly #registry: Registry;
  readonly #runId: string;
  #points: MetricPoint[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(registry: Registry, runId: string) {
    this.#registry = registry;
    this.#runId = runId;
  }

  tell(event: TrainingEvent): void {
    const at = new Date().toISOString();
    const point = (name: string, value: number) =>
      this.#points.push({ step: "step" in event ? event.step : 0, name, value, at });
    if (event.type === "step") {
      point("train/loss", event.loss);
      point("train/gradientNorm", event.gradientNorm);
      for (const [group, rate] of Object.entries(event.learningRates)) point(`train/learningRate/${group}`, rate);
    } else if (event.type === "evaluation") {
      point("validation/loss", event.loss);
      for (const [name, value] of Object.entries(event.measures)) point(`validation/${name}`, value);
    }
    if (this.#points.length >= BATCH) void this.flush();
  }

  /** Settles when all that was told is written. */
  flush(): Promise<void> {
    const batch = this.#points;
    this.#points = [];
    if (batch.length > 0) this.#writing = this.#writing.then(() => this.#registry.appendMetrics(this.#runId, batch));
    return this.#writing;
  }
}
