import type { ManifestOf, OptionsOf, TaskName } from "@modelwright/contracts";
import type { ServedModel } from "../inference/served-models.ts";
import { classify } from "./classify.ts";
import type { OutputTensorValues } from "./output-tensor-values.ts";
import { refuse } from "./request-error.ts";
import type { WantedOutput } from "./wanted-outputs.ts";

/**
 * Checks that an output can be given as classes.
 * @throws {ModelwrightError} `SERVER_REQUEST_INVALID` for one that does not hold a number per label.
 */
export function requireClasses(wanted: readonly WantedOutput[], { row, record: { manifest } }: ServedModel): void {
  for (const [i, { name, classes }] of wanted.entries()) {
    if (classes === undefined) continue;
    const { datatype, rowShape } = row.tensors.outputs[name]!;
    const [length, ...more] = rowShape(manifest);
    const labels = row.labels?.(manifest);
    if (datatype !== "BYTES" && more.length === 0 && labels !== undefined && length === labels.length) continue;
    const rule = "must be asked of an output that holds a number per label";
    refuse(`outputs[${i}].parameters.classification`, rule, `${classes} of ${name}`);
  }
}

/** The output that a client wants, for the raw answers of its items. */
export function outputTensor(
  { name, classes }: WantedOutput,
  raw: readonly unknown[],
  { row, manifest, options }: Pick<ServedModel, "row"> & AnswerContext,
): OutputTensorValues {
  const { datatype, rowShape, row: rowOf } = row.tensors.outputs[name]!;
  const shape = [raw.length, ...rowShape(manifest)];
  const tensor = { name, datatype, shape, data: raw.flatMap((answer) => rowOf(answer, { manifest, options })) };
  return classes === undefined ? tensor : classify(tensor, row.labels!(manifest), classes);
}

interface AnswerContext {
  readonly manifest: ManifestOf<TaskName>;
  readonly options: OptionsOf<TaskName>;
}
