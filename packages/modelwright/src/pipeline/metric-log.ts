import type { MetricPoint, Registry } from "@modelwright/registry";
import type { TrainingEvent } from "@modelwright/training";

/** Points of the training curve that wait for one write to the registry. */
const BATCH = 200;

/** Writes the curves of a run to the registry as its training tells of them. */
export class MetricLog {
  readonly #registry: Pick<Registry, "appendMetrics">;
  readonly #runId: string;
  #points: MetricPoint[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(registry: Pick<Registry, "appendMetrics">, runId: string) {
    this.#registry = registry;
    this.#runId = runId;
  }

  /** @param candidate Whose curves these are, where a run trains several; it stands in front of their names. */
  tell(event: TrainingEvent, candidate?: string): void {
    const at = new Date().toISOString();
    const prefix = candidate === undefined ? "" : `${candidate}/`;
    const point = (name: string, value: number) =>
      this.#points.push({ step: "step" in event ? event.step : 0, name: `${prefix}${name}`, value, at });
    if (event.type === "step") {
      point("train/loss", event.loss);
      point("train/gradientNorm", event.gradientNorm);
      for (const [group, rate] of Object.entries(event.learningRates)) point(`train/learningRate/${group}`, rate);
    } else if (event.type === "evaluation") {
      point("validation/loss", event.loss);
      for (const [name, value] of Object.entries(event.measures)) point(`validation/${name}`, value);
    }
    // A curve that cannot be written ends no training: later writes keep the error for the end of `follow`.
    if (this.#points.length >= BATCH) this.#flush().catch(() => {});
  }

  /** What the work gives, once all that it told is written. The error of the work goes before the first one of writing. */
  async follow<T>(work: Promise<T>): Promise<T> {
    const result = await work.finally(() => this.#flush().catch(() => {}));
    await this.#writing;
    return result;
  }

  /** Settles when all that was told is written; after an error nothing more is, and the error stays. */
  #flush(): Promise<void> {
    const batch = this.#points;
    this.#points = [];
    if (batch.length > 0) this.#writing = this.#writing.then(() => this.#registry.appendMetrics(this.#runId, batch));
    return this.#writing;
  }
}
