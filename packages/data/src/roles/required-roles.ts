import type { AnnotationRole } from "../annotations/annotation.ts";
import { dividingRoles, type RoleColumns } from "./role-columns.ts";

/**
 * What a row must have: its text, what is to be predicted of it, and where a column is named for one a second text, a
 * time, a split.
 *
 * The latter are no part of the type: rows have them or not, as they have a group.
 */
export function requiredRoles<R extends AnnotationRole>(
  predicted: readonly R[],
  columns: RoleColumns,
): readonly ("text" | R)[] {
  const second = columns.second === undefined ? [] : ["second"];
  const roles = new Set<string>(["text", ...second, ...predicted, ...dividingRoles(columns)]);
  return [...roles] as ("text" | R)[];
}
