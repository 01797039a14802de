import { ModelwrightError, taskNames } from "@modelwright/contracts";
import { inferenceRow } from "@modelwright/inference";
import type { Routed } from "../../traffic/traffic-router.ts";

/**
 * A request whose model writes texts.
 * @throws {ModelwrightError} `MODEL_TASK_UNSUPPORTED` where it does not write.
 */
export function requireWriter(routed: Routed): Routed {
  const { key, row, record } = routed.model;
  if (row.writes) return routed;
  const tasks = taskNames.filter((task) => inferenceRow(task).writes);
  const { task } = record.manifest;
  throw new ModelwrightError("MODEL_TASK_UNSUPPORTED", { what: "writing texts", model: key, task, tasks });
}
