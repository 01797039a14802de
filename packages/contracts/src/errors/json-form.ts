/** A value in which a number may be the text "NaN", "Infinity" or "-Infinity". */
export type JsonForm<Value> = Value extends number
  ? Value | string
  : Value extends object
    ? { [Key in keyof Value]: JsonForm<Value[Key]> }
    : Value;

/** Writes numbers that JSON would make null as texts. */
export function jsonForm<Value>(value: Value): JsonForm<Value> {
  const written =
    typeof value === "number" && !Number.isFinite(value)
      ? String(value)
      : Array.isArray(value)
        ? value.map(jsonForm)
        : isPlainObject(value)
          ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, jsonForm(inner)]))
          : value;
  return written as JsonForm<Value>;
}

/** What structured cloning and JSON see alike; anything else writes itself. */
function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
