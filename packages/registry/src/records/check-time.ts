import { ModelwrightError } from "@modelwright/contracts";

/**
 * Refuses what is no moment as all records have it. Moments are compared as texts, so each must be written alike.
 * @throws {ModelwrightError} `REGISTRY_VALUE_INVALID`.
 */
export function checkTime(where: string, time: string): void {
  const moment = typeof time === "string" ? Date.parse(time) : Number.NaN;
  if (!Number.isNaN(moment) && new Date(moment).toISOString() === time) return;
  const rule = "a time in ISO 8601 and UTC, with milliseconds, such as 2026-11-28T10:00:00.000Z";
  throw new ModelwrightError("REGISTRY_VALUE_INVALID", { where, rule, got: JSON.stringify(time) });
}
