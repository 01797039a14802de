import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import { checkName } from "../names/name-rules.ts";
import { checkTime } from "../records/check-time.ts";
import type { Tables } from "../records/tables.ts";
import type { PredictionFilter } from "./prediction-store.ts";

/**
 * What a filter asks of predictions, and of what is joined with them.
 * @param time Which moment it means.
 */
export function matching(
  build: ExpressionBuilder<Tables, "predictions">,
  { model, version, arm, subject, from, to }: PredictionFilter,
  time: Expression<string>,
): Expression<SqlBool> {
  return build.and([
    build("predictions.model", "=", model),
    ...(version === undefined ? [] : [build("predictions.version", "=", version)]),
    ...(arm === undefined ? [] : [build("predictions.arm", "=", arm)]),
    ...(subject === undefined ? [] : [build("predictions.subject", "=", subject)]),
    ...(from === undefined ? [] : [build(time, ">=", from)]),
    ...(to === undefined ? [] : [build(time, "<", to)]),
  ]);
}

/** @throws {ModelwrightError} `REGISTRY_NAME_INVALID`, `REGISTRY_VALUE_INVALID`. */
export function checkFilter({ model, subject, from, to }: PredictionFilter): void {
  checkName("model", model);
  if (subject !== undefined) checkName("subject", subject);
  if (from !== undefined) checkTime("from", from);
  if (to !== undefined) checkTime("to", to);
}
