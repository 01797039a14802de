import type { z } from "zod";
import { closestName } from "../closest-name.ts";
import type { TaskSchemas } from "../tasks/task-schemas.ts";

/**
 * Refuses gates on metrics that the task does not have, and those that nothing passes.
 *
 * A metric of one label is written `<metric>:<label>`; which labels there are only the data tells.
 */
export function checkGates(
  gates: Readonly<Record<string, { readonly min?: number | undefined; readonly max?: number | undefined }>>,
  { task, context }: { readonly task: TaskSchemas; readonly context: z.RefinementCtx },
): void {
  const { metrics, labelMetrics = [] } = task;
  const known = [...Object.keys(metrics), ...labelMetrics.map((metric) => `${metric}:<label>`)];
  for (const [gate, { min, max }] of Object.entries(gates)) {
    if (min !== undefined && max !== undefined && min > max) {
      context.addIssue({
        code: "custom",
        path: ["evaluate", "gates", gate],
        message: "nothing is at least min and at most max",
        params: { instead: "write a min that is not above max" },
      });
    }
    const colon = gate.indexOf(":");
    const isKnown = colon === -1 ? Object.hasOwn(metrics, gate) : labelMetrics.includes(gate.slice(0, colon));
    if (isKnown) continue;
    context.addIssue({
      code: "custom",
      path: ["evaluate", "gates", gate],
      message: "not a metric of this task",
      params: { instead: `write ${closestName(gate, known) ?? `one of ${known.join(", ")}`}` },
    });
  }
}
