import { ModelwrightError, taskNames } from "@modelwright/contracts";
import { inferenceRow } from "@modelwright/inference";
import type { ServedModel, ServedModels } from "../../inference/served-models.ts";

/**
 * A loaded model that writes texts.
 * @throws {ModelwrightError} `SERVER_MODEL_NOT_LOADED`; `MODEL_TASK_UNSUPPORTED` for one that does not write.
 */
export function findWriter(models: ServedModels, reference: string): ServedModel {
  const model = models.find(reference);
  if (model.row.writes) return model;
  const tasks = taskNames.filter((task) => inferenceRow(task).writes);
  const { task } = model.record.manifest;
  throw new ModelwrightError("MODEL_TASK_UNSUPPORTED", { what: "writing texts", model: model.key, task, tasks });
}
