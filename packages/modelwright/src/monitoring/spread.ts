import type { Sketch } from "@modelwright/contracts";
import { formatValue } from "@modelwright/evaluation";
import type { Spread } from "./report.ts";

/** Categories that are shown; those of fewer rows are together. */
const SHOWN = 10;

/** How a column was spread and is; undefined of vectors, and where a side has no rows. */
export function spreadOf(reference: Sketch, window: Sketch | undefined): Spread | undefined {
  if (reference.kind === "number" && window?.kind === "number") {
    const { edges } = reference;
    const places = [
      `to ${formatValue(edges[0] ?? 0)}`,
      ...edges.slice(1).map((edge, i) => `${formatValue(edges[i]!)} to ${formatValue(edge)}`),
      `above ${formatValue(edges.at(-1) ?? 0)}`,
    ];
    return shared(places, reference.counts, window.counts);
  }
  if (reference.kind !== "category" || window?.kind !== "category") return undefined;
  const now = new Map(window.counts);
  const most = reference.counts
    .map(([name, count]) => ({ name, before: count, now: now.get(name) ?? 0 }))
    .sort((a, b) => b.before + b.now - (a.before + a.now));
  const rest = most
    .slice(SHOWN)
    .reduce((sum, each) => ({ before: sum.before + each.before, now: sum.now + each.now }), {
      before: reference.other,
      now: window.other,
    });
  const shown = [...most.slice(0, SHOWN), ...(rest.before + rest.now === 0 ? [] : [{ name: "all others", ...rest }])];
  return shared(
    shown.map(({ name }) => name),
    shown.map((each) => each.before),
    shown.map((each) => each.now),
  );
}

function shared(places: readonly string[], before: readonly number[], now: readonly number[]): Spread | undefined {
  const [all, others] = [sum(before), sum(now)];
  if (all === 0 || others === 0) return undefined;
  return { places, before: before.map((count) => count / all), now: now.map((count) => count / others) };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
