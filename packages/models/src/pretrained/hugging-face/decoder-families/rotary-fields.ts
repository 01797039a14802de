import { z } from "zod";
import type { RotaryScaling } from "../../../layers/rotary-scaling.ts";

const positive = z.number({ error: "must be a number" }).positive({ error: "must be above 0" });

/** The scalings that we run, by transformers' names. */
const SCALINGS = {
  default: z.object({}).transform((): RotaryScaling | undefined => undefined),
  linear: z.object({ factor: positive }).transform(({ factor }): RotaryScaling => ({ type: "linear", factor })),
  llama3: z
    .object({
      factor: positive,
      low_freq_factor: positive,
      high_freq_factor: positive,
      original_max_position_embeddings: positive,
    })
    .refine((scaling) => scaling.high_freq_factor > scaling.low_freq_factor, {
      path: ["high_freq_factor"],
      error: "must be above low_freq_factor",
    })
    .transform(
      (scaling): RotaryScaling => ({
        type: "llama3",
        factor: scaling.factor,
        lowTurns: scaling.low_freq_factor,
        highTurns: scaling.high_freq_factor,
        originalPositions: scaling.original_max_position_embeddings,
      }),
    ),
} as const;

const names = Object.keys(SCALINGS) as (keyof typeof SCALINGS)[];
const name = z.enum(names, { error: `must be one of ${names.join(", ")}: no other is supported` });

const scalingField = z
  .looseObject({ rope_type: name.optional(), type: name.optional(), rope_theta: positive.nullish() })
  .transform((field, context) => {
    const result = SCALINGS[field.rope_type ?? field.type ?? "default"].safeParse(field);
    if (result.success) return { base: field.rope_theta ?? undefined, scaling: result.data };
    const { path, message } = result.error.issues[0]!;
    context.addIssue({ code: "custom", path, message });
    return z.NEVER;
  })
  .nullish();

/** How positions turn queries and keys: new files have one field, old ones two. */
export const rotaryFields = {
  rope_parameters: scalingField,
  rope_scaling: scalingField,
  rope_theta: positive.nullish(),
};

/** What a decoder is told by these fields. */
export function rotaryOf({ rope_parameters, rope_scaling, rope_theta }: z.output<z.ZodObject<typeof rotaryFields>>): {
  readonly rotaryBase: number;
  readonly rotaryScaling: RotaryScaling | undefined;
} {
  const field = rope_parameters ?? rope_scaling;
  return { rotaryBase: field?.base ?? rope_theta ?? 10_000, rotaryScaling: field?.scaling };
}
