import { z } from "zod";
import type { ActivationName } from "../../layers/activation.ts";
import { PUBLISHED_ACTIVATIONS, type PublishedActivation } from "../../layers/published-activations.ts";

const names = Object.keys(PUBLISHED_ACTIVATIONS) as PublishedActivation[];

/** @param fallback Where the field is absent. */
export function activationField(fallback: PublishedActivation = "gelu") {
  return z
    .enum(names, { error: `must be one of ${names.join(", ")}` })
    .default(fallback)
    .transform((name) => PUBLISHED_ACTIVATIONS[name]);
}

/** What stands in front of an activation that gates another map. */
const GATED = "gated-";

/**
 * A feed-forward layer as T5 names it: `relu`, or with a gate `gated-silu`. `gated-gelu` is the approximation by tanh.
 *
 * @param fallback Where the field is absent.
 */
export function feedForwardField(fallback: string) {
  const plain = Object.entries(PUBLISHED_ACTIVATIONS).map(
    ([name, activation]) => [name, { activation, isGated: false }] as const,
  );
  const gated = plain.map(([name, { activation }]) => {
    return [
      `${GATED}${name}`,
      { activation: name === "gelu" ? PUBLISHED_ACTIVATIONS.gelu_new : activation, isGated: true },
    ] as const;
  });
  const projections = new Map<string, { readonly activation: ActivationName; readonly isGated: boolean }>([
    ...plain,
    ...gated,
  ]);
  return z
    .enum([...projections.keys()], { error: `must be one of ${names.join(", ")}, or one of them behind "${GATED}"` })
    .default(fallback)
    .transform((name) => projections.get(name)!);
}

/** Whole numbers that no published model comes near to; beyond them a file is damaged. */
export function sizeField(most: number, fallback?: number) {
  const field = z
    .int({ error: "must be a whole number" })
    .min(1, { error: "must be at least 1" })
    .max(most, { error: `must be at most ${most}` });
  return fallback === undefined ? field : field.default(fallback);
}

export const VOCABULARY = 4_000_000;
export const WIDTH = 16_384;
export const LAYERS = 256;
export const POSITIONS = 131_072;

export const epsilonField = (fallback: number) =>
  z.number().positive({ error: "must be above 0" }).max(1).default(fallback);

/** Ids of tokens. */
export const tokenIdField = (fallback: number) =>
  z
    .int()
    .min(0)
    .max(VOCABULARY)
    .nullish()
    .transform((id) => id ?? fallback);

/** Refuses a setting under which a model computes something else than we do. */
export function onlyField<const Value extends string | number | boolean>(value: Value) {
  return z.literal(value, { error: `must be ${JSON.stringify(value)}: no other is supported` }).default(value as never);
}

/** The fields of which heads and width are called `heads` and `width`. */
export function checkHeads<Fields extends Readonly<Record<string, unknown>>>(
  heads: keyof Fields & string,
  width: keyof Fields & string,
) {
  return (config: Fields, context: z.core.$RefinementCtx<Fields>) => {
    if (Number(config[width]) % Number(config[heads]) === 0) return;
    context.addIssue({ code: "custom", path: [heads], message: `must divide ${width} ${String(config[width])}` });
  };
}
