import { ModelwrightError } from "@modelwright/contracts";
import type { ServedModel } from "./served-models.ts";

/** @throws {ModelwrightError} `SERVER_MODEL_LOADING` for a version that is not in memory. */
export function requireRunner({ key, runner }: ServedModel): string {
  if (runner !== undefined) return runner;
  throw new ModelwrightError("SERVER_MODEL_LOADING", { model: key, retryAfterMs: 1000 });
}
