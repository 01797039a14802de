import type { DatePart } from "../dates/date-parts.ts";

/** What encoders are told; each reads what concerns it. */
export interface EncoderSettings {
  /**
   * What stands for missing values. Of plain numbers: "keep" (NaN), "mean", "median", "mode" or a number. Of
   * categories: "keep" (NaN, or no one-hot column), "mode" (the most frequent one) or "own" (one of its own,
   * where training rows have it).
   */
  readonly missing?: "keep" | "own" | "mean" | "median" | "mode" | number;
  /** Categories of fewer training rows become one, "other". Default 1: none does. */
  readonly rare?: number;
  /** Categories beyond the most frequent ones become one, "other". Default: none does. */
  readonly most?: number;
  /** A category of no training row: "own", one of its own, or "refuse". Default "own". */
  readonly unknown?: "own" | "refuse";
  /** The order of categories as numbers, from 0. Default: by the numbers in them and alphabetically. */
  readonly order?: readonly string[];
  /** Codes that hashed categories share. Default 32. */
  readonly buckets?: number;
  /** Parts of rows that a target encoding is told from in turn, for training. Default 5. */
  readonly folds?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Numbers that a text becomes. Default 32. */
  readonly components?: number;
  /** Terms that are counted in a text, before they are put together. Default 3000. */
  readonly terms?: number;
  /** What of a date. Default: what the preset says; parts that are the same in all rows are left out. */
  readonly parts?: readonly DatePart[];
}
