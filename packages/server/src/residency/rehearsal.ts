import { fork } from "node:child_process";
import { ModelwrightError } from "@modelwright/contracts";
import { revive } from "../inference/error-message.ts";
import { ModelUnloadable } from "../inference/inference-worker.ts";
import type { Loading, Unit } from "../inference/messages.ts";
import type { RehearsalReport } from "./rehearse.ts";

/** Longer than any model takes to load; one that never ends must not hold up others for ever. */
const LIMIT_MS = 10 * 60_000;

/**
 * Loads a unit in a process of its own, warms it up and runs the examples of its versions: a graph that ends the process ends that one.
 *
 * @throws {ModelUnloadable} Its cause is what the version threw, or `SERVER_REHEARSAL_FAILED` where the process ended.
 */
export async function rehearse(unit: Unit, loading: Loading): Promise<void> {
  const entry = new URL("../../dist/residency/rehearse.js", import.meta.url);
  const child = fork(entry, { execArgv: [], serialization: "advanced", stdio: ["ignore", "ignore", "inherit", "ipc"] });
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
      child.send({ unit, loading }, () => {});
    });
    const first = unit.models[0]!.key;
    if (typeof report === "string") {
      const model = unit.models.at(-1)!.key;
      throw new ModelUnloadable(model, new ModelwrightError("SERVER_REHEARSAL_FAILED", { model, problem: report }));
    }
    await ended;
    if (report.error !== undefined) throw new ModelUnloadable(report.model ?? first, revive(report.error));
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
  }
}
