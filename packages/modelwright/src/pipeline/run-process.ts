import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { Registry, RunRecord } from "@modelwright/registry";

/** The process that works on a run, as the run's summary keeps it. */
export interface RunProcess {
  readonly host: string;
  readonly pid: number;
  /** When it began, by the system's clock ticks: a number is given to another process later. Absent where nothing tells it. */
  readonly began?: string;
}

/** This process. */
export function thisProcess(): RunProcess {
  return { host: hostname(), pid: process.pid, ...beganOf(process.pid) };
}

/** The process that works on a run on this machine; undefined when it is gone, was never noted or is on another machine. */
export function activeProcess({ status, summary }: RunRecord): RunProcess | undefined {
  const noted = processOf(summary?.["process"]);
  if (status !== "running" || noted === undefined || noted.host !== hostname()) return undefined;
  return isAlive(noted) ? noted : undefined;
}

/**
 * Notes of runs whose process was killed that they are interrupted: nothing else tells.
 *
 * Runs of other machines, and those of an earlier Modelwright, which noted no process, are left as they are.
 */
export async function settleKilledRuns(registry: Registry): Promise<void> {
  for (const run of await registry.listRuns({ status: "running" })) {
    const noted = processOf(run.summary?.["process"]);
    if (noted === undefined || noted.host !== hostname() || isAlive(noted)) continue;
    await registry.updateRun(run.id, { status: "interrupted" });
  }
}

/** Whether a process of this machine still runs. */
export function isAlive({ pid, began }: RunProcess): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return began === undefined || beganOf(pid).began === began;
}

/** Fields 3 and 22 of `/proc/<pid>/stat` (proc(5)), counted behind the name, which may hold spaces. A zombie has ended. */
function beganOf(pid: number): Pick<RunProcess, "began"> {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    const [state, began] = [fields[0], fields[19]];
    return began === undefined || state === "Z" ? {} : { began };
  } catch {
    return {};
  }
}

function processOf(value: unknown): RunProcess | undefined {
  if (typeof value !== "object" || value === null || !("host" in value) || !("pid" in value)) return undefined;
  return value as RunProcess;
}
