import type { SubVerb } from "../../sub-verbs.ts";
import type { CompareTask } from "./compare-task.ts";

export const compare: SubVerb<CompareTask> = {
  summary: "in what two versions differ: data, recipe, metrics, size, environment, git",
  arguments: [
    ["<version>", "name:version, name@alias or name"],
    ["<other>", "another, of the same model or of another"],
  ],
  options: [
    ["--on <file>", "labelled rows on which both are evaluated, so that the difference has an interval"],
    ["--encoding <name>", "encoding of that file (default: told from its bytes)"],
  ],
  example: "compare tickets:1 tickets:2 --on july.csv",
  // Only then: it loads what trains and evaluates.
  run: async (task) => (await import("./compare-two.ts")).compareTwo(task),
};
