import type { ObservedColumn } from "@modelwright/data";
import type { ObservedColumns } from "./monitoring.ts";

/** Categories of answers: `answer (label)`. */
export function categoriesAnswered(what: string, values: readonly (string | null)[]): ObservedColumns {
  return { [`answer (${what})`]: { kind: "category", values, part: "output" } };
}

/** Numbers of answers: `answer (value)`. */
export function numbersAnswered(what: string, values: readonly number[]): ObservedColumns {
  return { [`answer (${what})`]: { kind: "number", values, part: "output" } };
}

/** How sure a model was, larger being surer, by whatever it says of it; NaN where it says nothing. */
export function confidences(what: string, values: readonly number[]): ObservedColumns {
  const column: ObservedColumn = { kind: "number", values, part: "confidence" };
  return { [`answer (${what})`]: column };
}
