/** Names for new columns, none of them taken by the input. */
export function freeColumns(taken: readonly string[], wanted: readonly string[]): string[] {
  const used = new Set(taken);
  return wanted.map((name) => {
    let candidate = name;
    for (let i = 2; used.has(candidate); i++) candidate = `${name}_new${i}`;
    used.add(candidate);
    return candidate;
  });
}
