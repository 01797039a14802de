import type { z } from "zod";
import { closestName } from "../closest-name.ts";
import type { MetricDescription } from "../metrics/metric-description.ts";

/**
 * Refuses gates on metrics that the task does not have.
 *
 * A metric of one label is written `<metric>:<label>`; which labels there are only the data tells.
 */
export function checkGates(
  gates: Readonly<Record<string, unknown>>,
  {
    metrics,
    context,
  }: { readonly metrics: Readonly<Record<string, MetricDescription>>; readonly context: z.RefinementCtx },
): void {
  const known = Object.keys(metrics);
  for (const gate of Object.keys(gates)) {
    const [metric = gate] = gate.split(":", 1);
    if (known.includes(metric)) continue;
    context.addIssue({
      code: "custom",
      path: ["evaluate", "gates", gate],
      message: "not a metric of this task",
      params: { instead: `write ${nearestOf(metric, known)}` },
    });
  }
}

function nearestOf(metric: string, known: readonly string[]): string {
  return closestName(metric, known) ?? `one of ${known.join(", ")}`;
}
