import { ModelwrightError } from "@modelwright/contracts";

/** Refuses a weights file, naming it and what is wrong with it. */
export function invalidWeights(file: string, problem: string, cause?: unknown): never {
  throw new ModelwrightError("MODEL_WEIGHTS_INVALID", { file, problem }, cause === undefined ? undefined : { cause });
}

const POINTER = "version ";

/** Refuses the few lines that stand in the place of a large file where a repository was cloned without Git LFS. */
export function refusePointer(first: Uint8Array, file: string): void {
  if (new TextDecoder("latin1").decode(first.subarray(0, POINTER.length)) !== POINTER) return;
  invalidWeights(file, "it is a pointer of Git LFS instead of the file, which git lfs pull fetches");
}
