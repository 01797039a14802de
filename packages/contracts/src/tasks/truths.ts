import { z } from "zod";
import { choices } from "../errors/error-definition.ts";

/** As many of a model's labels as a message names. */
const NAMED = 20;

/** One label of the model. */
export function labelTruth({ labels }: { readonly labels: readonly string[] }) {
  const known = new Set(labels);
  return z
    .string()
    .refine((label) => known.has(label), `must be ${choices(labels, NAMED)}`)
    .meta({ enum: [...labels] });
}

/** Any number of the model's labels, each once. */
export function labelsTruth(manifest: { readonly labels: readonly string[] }) {
  return z
    .array(labelTruth(manifest))
    .refine((labels) => new Set(labels).size === labels.length, "must hold each label once");
}

export const numberTruth = () => z.number();

/** Whether it was one. */
export const flagTruth = () => z.boolean();

/** What should have been written. */
export const textTruth = () => z.string().min(1);

/** Spans of the text, in their order; none overlaps another one. */
export function spansTruth(manifest: { readonly labels: readonly string[] }) {
  const span = z
    .strictObject({ start: z.int().nonnegative(), end: z.int().positive(), label: labelTruth(manifest) })
    .refine(({ start, end }) => start < end, "must end behind its start");
  return z
    .array(span)
    .refine(
      (spans) => spans.every(({ start }, i) => i === 0 || start >= spans[i - 1]!.end),
      "must stand in their order, and none may overlap another one",
    );
}
