import { isOfTask, type ManifestOf, ModelwrightError, type TaskName } from "@modelwright/contracts";
import type { VersionRecord } from "../records/record.ts";

/**
 * The record of a version, known to be of a task.
 *
 * @param what Named in the message: "serving".
 * @throws {ModelwrightError} `MODEL_TASK_UNSUPPORTED`.
 */
export function requireTask<Task extends TaskName, Version extends VersionRecord>(
  record: Version,
  task: Task,
  what: string,
): Version & { readonly manifest: ManifestOf<Task> } {
  const { manifest, name, version } = record;
  if (isOfTask(manifest, task)) return { ...record, manifest };
  throw new ModelwrightError("MODEL_TASK_UNSUPPORTED", {
    what,
    model: `${name}:${version}`,
    task: manifest.task,
    tasks: [task],
  });
}
