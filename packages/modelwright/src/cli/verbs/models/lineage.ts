import type { SubVerb } from "../../sub-verbs.ts";
import type { LineageTask } from "./lineage-task.ts";

export const lineage: SubVerb<LineageTask> = {
  summary: "where a version comes from and what came of it, or which versions saw some data",
  arguments: [["[model]", "name, name@alias or name:version"]],
  options: [["--data <data>", "a file, or the first digits of a version of data: which runs and versions saw it"]],
  example: "lineage tickets:2",
  // Only then: it loads what reads data.
  run: async (task) => (await import("./lineage-of.ts")).lineageOf(task),
};
