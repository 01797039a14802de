import { ModelwrightError } from "@modelwright/contracts";
import type { WriteRequest, Written } from "@modelwright/inference";
import type { Arm } from "@modelwright/registry";
import type { InferenceStatistics } from "../monitoring/inference-statistics.ts";
import type { ServerMetrics } from "../monitoring/server-metrics.ts";
import type { Call } from "../recording/call.ts";
import type { Recorder } from "../recording/recorder.ts";
import type { TextRequest } from "./inference-worker.ts";
import { requireRunner } from "./require-runner.ts";
import type { ServedModel } from "./served-models.ts";

export interface TextServiceOptions {
  readonly write: (request: TextRequest) => Promise<Written>;
  readonly metrics: ServerMetrics;
  readonly recorder: Recorder;
  readonly statistics: InferenceStatistics;
  /** Texts that may be asked for at once. */
  readonly limit: number;
  /** A text may take any time, but no part of it longer than this. */
  readonly timeoutMs: number;
}

export interface AskedText extends Pick<WriteRequest, "prompt" | "options"> {
  readonly model: ServedModel;
  readonly arm: Arm;
  readonly call: Call;
  /** Which of the texts of its request it is. */
  readonly index: number;
  /** Ends the text, with the reason. */
  readonly signal: AbortSignal;
  readonly onText?: ((text: string) => void) | undefined;
}

/** Has texts written for requests. */
export class TextService {
  readonly #options: TextServiceOptions;
  #underWay = 0;

  constructor(options: TextServiceOptions) {
    this.#options = options;
  }

  /** Texts that may be asked for at once. */
  get limit(): number {
    return this.#options.limit;
  }

  /**
   * @throws {ModelwrightError} `SERVER_OVERLOADED`, `SERVER_TIMEOUT`, `SERVER_CLIENT_GONE`, `SERVER_WORKER_FAILED`; what is wrong with the
   * prompt or the options.
   */
  async write(asked: AskedText): Promise<Written> {
    const { call, arm, model, prompt, index } = asked;
    const about = { call, arm, model, items: [prompt], first: index };
    const { recorder, statistics: all } = this.#options;
    const statistics = all.of(model.key);
    const startedAt = performance.now();
    const elapsedMs = () => performance.now() - startedAt;
    try {
      const written = await this.#write(asked);
      // It is no part of a batch: how long it waited for others to be written is not known.
      statistics.answered({ items: 1, ms: elapsedMs() });
      recorder.record({ ...about, answers: () => [written] });
      return written;
    } catch (error) {
      statistics.failed(elapsedMs());
      recorder.record({ ...about, error });
      throw error;
    }
  }

  async #write({ model, prompt, options, signal, onText }: AskedText): Promise<Written> {
    const { write, metrics, limit, timeoutMs } = this.#options;
    if (this.#underWay >= limit) throw new ModelwrightError("SERVER_OVERLOADED", { queued: this.#underWay, limit });
    const late = new AbortController();
    const end = AbortSignal.any([signal, late.signal]);
    const stopped = new Promise<never>((_, reject) => {
      end.addEventListener("abort", () => reject(end.reason), { once: true });
    });
    const timer = setTimeout(() => late.abort(new ModelwrightError("SERVER_TIMEOUT", { timeoutMs })), timeoutMs);
    this.#underWay++;
    try {
      const writing = write({
        model: requireRunner(model),
        prompt,
        options,
        signal: end,
        onText: (text) => {
          timer.refresh();
          onText?.(text);
        },
      });
      const written = await Promise.race([writing, stopped]);
      const { name, version } = model.record;
      metrics.predictions.inc({ model: name, version });
      return written;
    } finally {
      this.#underWay--;
      clearTimeout(timer);
    }
  }
}
