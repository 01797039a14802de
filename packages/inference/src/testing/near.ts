import { expect } from "vitest";

/** A value to compare with, where numbers may differ by rounding: batches of other shapes add in another order. */
export function near(value: unknown): unknown {
  if (typeof value === "number") return expect.closeTo(value, 5);
  if (Array.isArray(value)) return value.map(near);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, near(element)]));
}
