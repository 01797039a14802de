import { ModelwrightError } from "@modelwright/contracts";
import type { KeyRecord } from "@modelwright/registry";

/**
 * Lets a key that is for some models ask for no other, whether there is one or not.
 * @param reference `name`, `name:3` or `name@alias`.
 * @throws {ModelwrightError} `ACCESS_MODEL_DENIED`.
 */
export function requireModel({ name: key, models }: KeyRecord, reference: string): void {
  const [name = ""] = reference.split(/[:@]/);
  if (models === undefined || models.includes(name)) return;
  throw new ModelwrightError("ACCESS_MODEL_DENIED", { key, model: reference.slice(0, 200), models });
}
