/** The known name that is the fewest edits away, when it is near enough to be a slip of the keyboard. */
export function closestName(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  // A long name leaves room for more slips, but three edits turn one task into another.
  let bestDistance = Math.min(3, Math.max(2, name.length / 3));
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance <= bestDistance && (best === undefined || distance < bestDistance)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `{ nearest }` when a name is near, `{}` otherwise: the form in which errors take it. */
export function nearestTo(name: string, known: readonly string[]): { nearest?: string } {
  const nearest = closestName(name, known);
  return nearest === undefined ? {} : { nearest };
}

/** Levenshtein distance, one row of the table at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
