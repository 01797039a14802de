import { ModelwrightError } from "@modelwright/contracts";

/** An error on its way between threads. */
export type ThreadFailure =
  | { readonly type: "error"; readonly error: { readonly code: string; readonly details: unknown } }
  /** Told in parts: errors of native modules do not survive the way between threads. */
  | { readonly type: "defect"; readonly error: { readonly message: string; readonly stack?: string | undefined } };

/** An error as a thread tells it to the one that started it. */
export function failureOf(error: unknown): ThreadFailure {
  if (error instanceof ModelwrightError) return { type: "error", error: { code: error.code, details: error.details } };
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { type: "defect", error: { message, stack } };
}

/** The error that a thread told. */
export function errorOf(failure: ThreadFailure): Error {
  if (failure.type === "error") return ModelwrightError.fromJSON(failure.error) ?? new Error(failure.error.code);
  const { message, stack } = failure.error;
  return Object.assign(new Error(message), stack === undefined ? {} : { stack });
}
