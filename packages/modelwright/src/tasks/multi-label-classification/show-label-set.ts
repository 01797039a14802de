/** Labels as a reader compares them. */
export function showLabelSet(labels: readonly string[]): string {
  return labels.length === 0 ? "no label" : labels.toSorted().join(", ");
}
