import { ModelwrightError } from "@modelwright/contracts";

/** What a request is answered with where its batch fails, on whatever thread: what is wrong with it, or that the model could not be run. */
export function requestFailure(cause: unknown): ModelwrightError {
  if (cause instanceof ModelwrightError && cause.status < 500) return cause;
  const problem = cause instanceof Error ? cause.message : String(cause);
  return new ModelwrightError("SERVER_WORKER_FAILED", { attempts: 1, problem }, { cause });
}
