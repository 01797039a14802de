import { ModelwrightError } from "@modelwright/contracts";
import type { z } from "zod";

/** A stored record that cannot be read, and the first reason. */
export interface UnreadableRecord {
  /** `run 20261124-121530-ab12`, `version mail-triage:3`. */
  readonly record: string;
  readonly field: string;
  readonly problem: string;
}

/** What was read, or why it could not be. */
export type Reading<Record> = { readonly read: Record } | { readonly unreadable: UnreadableRecord };

/** The first issue of a schema as the reason. */
export function unreadable(record: string, { issues }: z.ZodError): { readonly unreadable: UnreadableRecord } {
  const [issue] = issues;
  const field = issue?.path.join(".") || "(whole record)";
  return { unreadable: { record, field, problem: issue?.message ?? "not what it should be" } };
}

/** @throws {ModelwrightError} `REGISTRY_RECORD_UNREADABLE`. */
export function requireReadable<Record>(reading: Reading<Record>): Record {
  if ("read" in reading) return reading.read;
  throw new ModelwrightError("REGISTRY_RECORD_UNREADABLE", { ...reading.unreadable });
}

export function readable<Record>(readings: readonly Reading<Record>[]): Record[] {
  return readings.flatMap((reading) => ("read" in reading ? [reading.read] : []));
}

export function unreadableOf(readings: readonly Reading<unknown>[]): UnreadableRecord[] {
  return readings.flatMap((reading) => ("unreadable" in reading ? [reading.unreadable] : []));
}
