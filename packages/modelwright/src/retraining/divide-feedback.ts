import type { LabelledItem } from "./accepted-feedback.ts";

/** Fewer rows show nothing of a difference between two versions: ± 22 of 100 at 0.5 of 20 (Wald, 95 %). */
const LEAST_WINDOW = 20;

/** Feedback by what is done with it. */
export interface DividedFeedback {
  readonly training: readonly LabelledItem[];
  /** The newest; empty where there is too little to keep some of it apart. */
  readonly window: readonly LabelledItem[];
}

/**
 * Keeps the newest share of feedback apart, on which two versions are compared as traffic is now.
 *
 * @param items Oldest first.
 */
export function divideFeedback(items: readonly LabelledItem[], share: number): DividedFeedback {
  const size = Math.round(items.length * share);
  if (size < LEAST_WINDOW) return { training: items, window: [] };
  return { training: items.slice(0, -size), window: items.slice(-size) };
}
