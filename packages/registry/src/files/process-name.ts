import { hostname } from "node:os";

/** Names this process in names of files, so that what a killed one left can be told from work in progress. */
export function thisProcessName(): string {
  return `${hostname()}~${process.pid}`;
}

/** Whether a name begins with that of a process of this machine that does not run any more. */
export function hasEnded(name: string): boolean {
  const [host, pid] = name.split("~");
  return host === hostname() && !isRunning(Number(pid));
}

/** Whether a name begins with that of a process of this machine. */
export function isOfThisMachine(name: string): boolean {
  return name.split("~")[0] === hostname();
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, under another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
