/** What is to be predicted, one value per row: for encodings that look at it. */
export type FeatureTarget =
  | { readonly kind: "number"; readonly values: Float64Array }
  | { readonly kind: "class"; readonly codes: Int32Array; readonly classes: number };
