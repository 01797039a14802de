import { ModelwrightError } from "@modelwright/contracts";

/** Refuses a weights file, naming it and what is wrong with it. */
export function invalidWeights(file: string, problem: string, cause?: unknown): never {
  throw new ModelwrightError("MODEL_WEIGHTS_INVALID", { file, problem }, cause === undefined ? undefined : { cause });
}
