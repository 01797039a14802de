import { ModelwrightError } from "@modelwright/contracts";

/** What a registry says when another time may do better. */
const PASSING: ReadonlySet<string> = new Set([
  "REGISTRY_BUSY",
  "REGISTRY_DATABASE_FAILED",
  "REGISTRY_UNREACHABLE",
  "REGISTRY_OUTCOME_UNKNOWN",
]);

/** Whether a failure is one of a registry that cannot be asked now. */
export function isRegistryAway(error: unknown): error is ModelwrightError {
  return error instanceof ModelwrightError && PASSING.has(error.code);
}
