import { parentPort } from "node:worker_threads";
import { openTreeThread } from "./histograms.ts";
import { helpTeam } from "./team-tickets.ts";
import type { TreeMemory } from "./tree-memory.ts";

/** What a helper is told of the team that it joins. */
export interface TeamCall {
  readonly memory: TreeMemory;
  readonly control: Int32Array;
}

parentPort!.on("message", ({ memory, control }: TeamCall) => helpTeam({ thread: openTreeThread(memory), control }));
