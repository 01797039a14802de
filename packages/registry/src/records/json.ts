/**
 * JSON that keeps NaN and infinities: such a number is written as `{"$number":"NaN"}`.
 *
 * A metric of a diverged or degenerate run is NaN, and plain JSON would silently make it null.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "number" && !Number.isFinite(item) ? { $number: String(item) } : item,
  );
}

/** Reads what `toJson` wrote. */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (_key, item: unknown) =>
    item !== null && typeof item === "object" && "$number" in item ? Number(item.$number) : item,
  );
}
