import { checkHttpValue, type SchemaIssue } from "@modelwright/contracts";
import type { Selectable } from "kysely";
import { z } from "zod";
import { jsonColumn } from "../records/json-column.ts";
import type { JsonValue } from "../records/record.ts";
import { type Reading, unreadable } from "../records/unreadable-record.ts";
import { TRAFFIC_GOALS, TRAFFIC_KINDS, TRAFFIC_STATES, TRAFFIC_UNITS, type TrafficPolicy } from "./traffic-policy.ts";
import type { TrafficChange } from "./traffic-store.ts";
import type { TrafficTables } from "./traffic-tables.ts";

const percent = z.number().min(0).max(100);
const version = z.int().positive();

/** A kind, unit or goal of a newer Modelwright makes a policy unreadable: what it would do is not known, so it does nothing. */
const policy: z.ZodType<TrafficPolicy> = z.object({
  id: z.string().regex(/^[0-9a-f]{12}$/, "is not 12 hexadecimal digits"),
  model: z.string(),
  kind: z.enum(TRAFFIC_KINDS),
  champion: version,
  challenger: version,
  unit: z.enum(TRAFFIC_UNITS),
  ramp: z.array(percent).min(1),
  percent,
  rules: z.object({
    goal: z.enum(TRAFFIC_GOALS),
    alpha: z.number().gt(0).lt(0.5),
    leastRequests: z.int().positive(),
    errorMargin: z.number().min(0),
    latencyRatio: z.number().min(1),
    qualityMargin: z.number().min(0),
    needsQuality: z.boolean(),
  }),
  startedAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  state: z.enum(TRAFFIC_STATES),
});

const row = z
  .object({
    ordinal: z.coerce.number().int().positive(),
    policy_json: jsonColumn(policy),
    at: z.iso.datetime(),
    author: z.string(),
    reason: z.string(),
    evidence_json: jsonColumn(z.unknown()).nullable(),
  })
  .transform(
    (found): TrafficChange => ({
      ordinal: found.ordinal,
      policy: found.policy_json,
      at: found.at,
      by: found.author,
      reason: found.reason,
      ...(found.evidence_json !== null && { evidence: found.evidence_json as JsonValue }),
    }),
  );

/** What is wrong with a policy that is to be kept; undefined where nothing is. */
export function policyProblem(found: TrafficPolicy): SchemaIssue | undefined {
  const result = checkHttpValue(policy, found, "policy");
  if (!("issue" in result)) return undefined;
  return { ...result.issue, rule: result.issue.rule.replace(/^must be /, "") };
}

export function readChange(stored: Selectable<TrafficTables["traffic_changes"]>): Reading<TrafficChange> {
  const result = row.safeParse(stored);
  if (result.success) return { read: result.data };
  return unreadable(`traffic of ${stored.model}, change ${stored.ordinal}`, result.error);
}
