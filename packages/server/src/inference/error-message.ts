import { ModelwrightError } from "@modelwright/contracts";
import type { ErrorMessage } from "./messages.ts";

/** An error on its way to another thread or process; `revive` makes it one again. */
export function errorMessage(error: unknown): ErrorMessage {
  if (error instanceof ModelwrightError) return { code: error.code, details: error.details, message: error.message };
  return { message: error instanceof Error ? error.message : String(error) };
}

export function revive({ code, details, message }: ErrorMessage): Error {
  return (code === undefined ? undefined : ModelwrightError.fromJSON({ code, details })) ?? new Error(message);
}
