import type { AnnotationRole } from "../annotations/annotation.ts";
import type { RoleColumns } from "./role-columns.ts";

/**
 * What a row must have: its text, what is to be predicted of it, and a second text where a column is named for one.
 *
 * The second text is no part of the type: rows have it or not, as they have a group.
 */
export function requiredRoles<R extends AnnotationRole>(
  predicted: readonly R[],
  { second }: RoleColumns,
): readonly ("text" | R)[] {
  const roles = new Set<string>(["text", ...(second === undefined ? [] : ["second"]), ...predicted]);
  return [...roles] as ("text" | R)[];
}
