import { ModelwrightError, showHttpValue, type TaskName, taskSchemas } from "@modelwright/contracts";
import type { ServedModel } from "../inference/served-models.ts";

/**
 * Refuses items that the task knows and this version does not take: one text where it reads pairs.
 *
 * @throws {ModelwrightError} `SERVER_REQUEST_INVALID` naming the item.
 */
export function requireFit({ row, record }: ServedModel, items: readonly unknown[]): void {
  const { manifest } = record;
  for (const [i, item] of items.entries()) {
    const rule = row.unfit?.(item as never, manifest as never);
    if (rule === undefined) continue;
    const path = `${taskSchemas(manifest.task as TaskName).words.item}s[${i}]`;
    throw new ModelwrightError("SERVER_REQUEST_INVALID", { path, rule: `must be ${rule}`, got: showHttpValue(item) });
  }
}
