import { z } from "zod";

/** A path or address as it stands in a recipe. */
export const path = z.string().min(1);

/** A share that is neither nothing nor all. */
export const fraction = z.number().gt(0).lt(1);

export const seed = z.int().nonnegative().default(7);

export const nameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)
  .describe("1 to 64 lower-case letters, digits, dots, dashes and underscores that begin with a letter or digit");

/**
 * Reports a broken rule between two values: what is wrong, where, and what to write instead.
 *
 * Where a value breaks a rule of its own, nothing is reported: what to write depends on what it becomes.
 */
export function report(
  context: z.RefinementCtx,
  at: string,
  { rule, instead }: { readonly rule: string; readonly instead: string },
): void {
  if (context.issues.some(({ code }) => code !== "custom")) return;
  context.addIssue({ code: "custom", path: [at], message: rule, params: { instead } });
}
