/** What no text for a reader holds. */
export const SLIPS = /\bundefined\b|\bNaN\b|\[object|\bnull\b/;

/** So few resamples that a test is fast. */
export const BOOTSTRAP = { resamples: 100, seed: 7 };
