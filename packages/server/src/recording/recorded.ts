/** What is kept of each prediction. */
export const RECORDED = ["none", "answers", "items", "unmasked"] as const;
export type Recorded = (typeof RECORDED)[number];
