import { parentPort } from "node:worker_threads";
import type { TeamCall } from "./team.ts";
import { helpTeam, type TeamJob, type TeamWork } from "./team-tickets.ts";

/** Makes this thread a helper of the teams that call it, one after another. */
export function helpTeams<Memory, Thread extends Memory, Name extends string>({
  open,
  jobs,
}: TeamWork<Memory, Thread, Name>): void {
  parentPort!.on("message", ({ memory, control }: TeamCall<Memory>) =>
    helpTeam({ thread: open(memory), jobs: Object.values<TeamJob<Thread>>(jobs), control }),
  );
}
