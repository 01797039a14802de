import { type ChildProcess, fork } from "node:child_process";
import { ModelwrightError } from "@modelwright/contracts";
import { revive } from "../inference/error-message.ts";
import { ModelUnloadable } from "../inference/inference-worker.ts";
import type { Loading, Unit } from "../inference/messages.ts";
import type { RehearsalReport } from "./rehearse.ts";

/** Longer than any model takes to load; one that never ends must not hold up others for ever. */
const LIMIT_MS = 10 * 60_000;

const ENTRY = new URL("../../dist/residency/rehearse.js", import.meta.url);

/**
 * Tries units in processes of their own: loads one, warms it up and runs the examples of its versions. A graph that ends the
 * process ends that one.
 */
export class Rehearsals {
  readonly #loading: Loading;
  readonly #entry: URL;
  #isClosed = false;
  #waiting: ChildProcess | undefined;

  /** @param options.entry The program; tests give one that ends. */
  constructor(loading: Loading, { entry = ENTRY }: { readonly entry?: URL } = {}) {
    this.#loading = loading;
    this.#entry = entry;
  }

  /** Starts the process of the next rehearsal: half of the time of a small model goes into that. It waits, and keeps nobody alive. */
  prepare(): void {
    if (this.#isClosed || this.#waiting !== undefined) return;
    const child = this.#start();
    child.once("exit", () => {
      if (this.#waiting === child) this.#waiting = undefined;
    });
    child.on("error", () => {});
    child.unref();
    child.channel?.unref();
    this.#waiting = child;
  }

  /**
   * Tries a unit; afterwards the next process is prepared if this one was.
   * @throws {ModelUnloadable} Its cause is what the version threw, or `SERVER_REHEARSAL_FAILED` where the process ended.
   */
  async rehearse(unit: Unit): Promise<void> {
    const prepared = this.#waiting;
    this.#waiting = undefined;
    try {
      await tryIn(prepared ?? this.#start(), { unit, loading: this.#loading });
    } finally {
      if (prepared !== undefined) this.prepare();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting?.kill("SIGKILL");
    this.#waiting = undefined;
  }

  #start(): ChildProcess {
    const stdio = ["ignore", "ignore", "inherit", "ipc"] as const;
    return fork(this.#entry, { execArgv: [], serialization: "advanced", stdio: [...stdio] });
  }
}

async function tryIn(child: ChildProcess, order: { readonly unit: Unit; readonly loading: Loading }): Promise<void> {
  const { unit } = order;
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  try {
    const ended = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, signal) =>
        resolve(signal === null ? `it ended with code ${code}` : `it ended by ${signal}`),
      );
    });
    const report = await new Promise<RehearsalReport | string>((resolve) => {
      child.once("message", (message) => resolve(message as RehearsalReport));
      void ended.then(resolve);
      child.ref();
      child.channel?.ref();
      child.send(order, () => {});
    });
    const first = unit.models[0]!.key;
    if (typeof report === "string") {
      const model = unit.models.at(-1)!.key;
      throw new ModelUnloadable(model, new ModelwrightError("SERVER_REHEARSAL_FAILED", { model, problem: report }));
    }
    if (report.error !== undefined) throw new ModelUnloadable(report.model ?? first, revive(report.error));
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
  }
}
