import { ModelwrightError } from "@modelwright/contracts";

/** @param rule Goes on after the path: `must be named once`. */
export function refuse(path: string, rule: string, got: string): never {
  throw new ModelwrightError("SERVER_REQUEST_INVALID", { path, rule, got });
}
