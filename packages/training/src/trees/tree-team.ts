import type { Team } from "../threads/team.ts";
import type { TeamWork } from "../threads/team-tickets.ts";
import { openTreeThread, type TreeThread } from "./histograms.ts";
import { TREE_JOBS, type TreeJobName } from "./tree-jobs.ts";
import type { TreeMemory } from "./tree-memory.ts";

/** What the threads that grow a tree share. */
export const TREE_WORK: TeamWork<TreeMemory, TreeThread, TreeJobName> = {
  open: openTreeThread,
  jobs: TREE_JOBS,
  helper: new URL("../../dist/trees/tree-worker.js", import.meta.url),
};

export type TreeTeam = Team<TreeMemory, TreeThread, TreeJobName>;
