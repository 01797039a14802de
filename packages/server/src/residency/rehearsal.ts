import { type ChildProcess, fork } from "node:child_process";
import { constants, setPriority } from "node:os";
import { ModelwrightError } from "@modelwright/contracts";
import { revive } from "../inference/error-message.ts";
import { ModelUnloadable } from "../inference/inference-worker.ts";
import type { Loading, Unit } from "../inference/messages.ts";
import type { RehearsalReport } from "./rehearse.ts";

/** Longer than any model takes to load; one that never ends must not hold up others for ever. */
const LIMIT_MS = 10 * 60_000;

const ENTRY = new URL("../../dist/residency/rehearse.js", import.meta.url);

interface EarlyTrial {
  readonly child: ChildProcess;
  isDropped: boolean;
}

/**
 * Tries units in processes of their own: loads one, warms it up and runs the examples of its versions. A graph that ends the
 * process ends that one. No two run at once.
 */
export class Rehearsals {
  readonly #loading: Loading;
  readonly #entry: URL;
  #isClosed = false;
  #waiting: ChildProcess | undefined;
  /** The trial under way that nobody waits for. */
  #early: EarlyTrial | undefined;
  /** The trial under way that somebody waits for, or the last one. */
  #urgent: Promise<unknown> = Promise.resolve();

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
   * Tries a unit that is wanted now; afterwards the next process is prepared if this one was. A trial that nobody waits for gives way.
   * @throws {ModelUnloadable} Its cause is what the version threw, or `SERVER_REHEARSAL_FAILED` where the process ended.
   */
  rehearse(unit: Unit): Promise<void> {
    this.#drop();
    const trial = this.#rehearse(unit);
    this.#urgent = trial.catch(() => {});
    return trial;
  }

  /**
   * Tries a unit that may be wanted later, at low priority: it takes what processors have nothing else to do.
   * @returns False where it gave way to one that is wanted now, or the server ends.
   * @throws {ModelUnloadable} As `rehearse` does.
   */
  async tryEarly(unit: Unit): Promise<boolean> {
    await this.#urgent;
    if (this.#isClosed) return false;
    const trial = { child: this.#start(), isDropped: false };
    lowerPriority(trial.child);
    trial.child.unref();
    this.#early = trial;
    try {
      await tryIn(trial.child, { unit, loading: this.#loading });
    } catch (error) {
      if (!trial.isDropped) throw error;
    } finally {
      if (this.#early === trial) this.#early = undefined;
    }
    return !trial.isDropped;
  }

  close(): void {
    this.#isClosed = true;
    this.#drop();
    this.#waiting?.kill("SIGKILL");
    this.#waiting = undefined;
  }

  async #rehearse(unit: Unit): Promise<void> {
    const prepared = this.#waiting;
    this.#waiting = undefined;
    try {
      await tryIn(prepared ?? this.#start(), { unit, loading: this.#loading });
    } finally {
      if (prepared !== undefined) this.prepare();
    }
  }

  #drop(): void {
    if (this.#early === undefined) return;
    this.#early.isDropped = true;
    this.#early.child.kill("SIGKILL");
  }

  #start(): ChildProcess {
    const stdio = ["ignore", "ignore", "inherit", "ipc"] as const;
    return fork(this.#entry, { execArgv: [], serialization: "advanced", stdio: [...stdio] });
  }
}

function lowerPriority({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Where it may not be lowered, or the process is gone already.
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
