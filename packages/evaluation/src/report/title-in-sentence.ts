/** A metric's title as it stands inside a sentence: `macro F1`, but `R²` and `ROC AUC`. */
export function titleInSentence(title: string): string {
  return /^\p{Lu}\p{Ll}/u.test(title) ? `${title[0]!.toLowerCase()}${title.slice(1)}` : title;
}
