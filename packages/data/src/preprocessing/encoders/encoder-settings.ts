/** What encoders are told. */
export interface EncoderSettings {
  /** Missing values: "keep" as NaN; for codes of categories also "own", a code for them. */
  readonly missing?: "keep" | "own";
  /** Categories of fewer training rows share a code. Default 1: none does. */
  readonly rare?: number;
  /** Categories beyond the most frequent ones share a code. Default: none does. */
  readonly most?: number;
  /** A category of no training row: "own", one of its own, or "refuse". */
  readonly unknown?: "own" | "refuse";
}
