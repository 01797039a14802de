/** Each different text of a column once, and where each row's stands; −1: it has none. */
export function distinctTexts(values: readonly string[]): { readonly texts: string[]; readonly places: Int32Array } {
  const placeOf = new Map<string, number>();
  const places = Int32Array.from(values, (text) => {
    if (text === "") return -1;
    if (!placeOf.has(text)) placeOf.set(text, placeOf.size);
    return placeOf.get(text)!;
  });
  return { texts: [...placeOf.keys()], places };
}
