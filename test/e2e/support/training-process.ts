import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { RecipeInput, TrainOptions } from "modelwright";

/** One line of `train-child.mjs`. */
export interface Progress {
  readonly type: string;
  readonly step?: number;
  readonly totalSteps?: number;
  readonly code?: string;
  readonly message?: string;
  readonly version?: number;
}

/** A line with the moment at which it came. */
export interface TimedProgress extends Progress {
  /** Milliseconds since the process was started. */
  readonly at: number;
}

/** `train` in a process of its own, which may be killed at any moment. */
export class TrainingProcess {
  readonly lines: TimedProgress[] = [];
  /** Resolves when the process has ended and everything it wrote was read. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #started = performance.now();
  readonly #watchers: ((line: TimedProgress) => void)[] = [];

  constructor(recipe: RecipeInput, options: Pick<TrainOptions, "registry" | "resume">) {
    const script = fileURLToPath(new URL("./train-child.mjs", import.meta.url));
    this.#child = spawn(process.execPath, [script, JSON.stringify({ recipe, options })]);
    this.#child.stderr.pipe(process.stderr);
    const lines = createInterface({ input: this.#child.stdout });
    // A kill may cut the last line short; such a one is not progress.
    lines.on("line", (text) => {
      if (!text.endsWith("}")) return;
      const line = { ...(JSON.parse(text) as Progress), at: performance.now() - this.#started };
      this.lines.push(line);
      for (const watch of this.#watchers) watch(line);
    });
    const closed = [
      new Promise<void>((resolve) => this.#child.once("close", () => resolve())),
      new Promise<void>((resolve) => lines.once("close", resolve)),
    ];
    this.ended = Promise.all(closed).then(() => {});
  }

  /** Kills the process so many milliseconds after a line of progress, or after its start; does nothing when it ends before. */
  killAfter(line: Progress | undefined, milliseconds: number): void {
    const kill = () => {
      const timer = setTimeout(() => this.#child.kill("SIGKILL"), milliseconds);
      this.#child.once("close", () => clearTimeout(timer));
    };
    if (line === undefined) kill();
    else {
      this.#watchers.push(({ type, step }) => {
        if (type === line.type && step === line.step) kill();
      });
    }
  }

  /** Kills the process as soon as something holds, at which is looked every millisecond. */
  killOnce(holds: () => boolean): void {
    const look = setInterval(() => holds() && this.#child.kill("SIGKILL"), 1);
    this.#child.once("close", () => clearInterval(look));
  }

  /** What the process answered with; absent when it was killed before. */
  get answer(): TimedProgress | undefined {
    return this.lines.find(({ type }) => type === "result" || type === "error");
  }
}
