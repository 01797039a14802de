import { z } from "zod";
import { choices } from "../../errors/error-definition.ts";

/** A path or address as it stands in a recipe. */
export const path = z.string().min(1);

/** A share that is neither nothing nor all. */
export const fraction = z.number().gt(0).lt(1);

const SECONDS = { s: 1, m: 60, h: 3600 } as const;
const DURATION = /^(\d+(?:\.\d+)?)(s|m|h)$/;

/** A time as people write it: `90s`, `5m`, `1.5h`. */
export const duration = z
  .string()
  .superRefine((text, context) => {
    if (durationSeconds(text) > 0) return;
    const params = { instead: "write a number with s, m or h behind it: 90s, 5m, 1.5h" };
    context.addIssue({ code: "custom", message: "expected a time", params });
  })
  .meta({ examples: ["5m", "90s", "1h"] });

/** Seconds of a time that `duration` takes. */
export function durationSeconds(text: string): number {
  const [, number = "0", unit = "s"] = DURATION.exec(text) ?? [];
  return Number(number) * SECONDS[unit as keyof typeof SECONDS];
}

/** Refuses shares of test and validation that leave none of what is shared out to train on. */
export function leavesTraining(what: string) {
  return ({ test, validation }: { readonly test: number; readonly validation: number }, context: z.RefinementCtx) => {
    if (test + validation < 1) return;
    report(context, "validation", {
      rule: `test and validation leave ${what} to train on`,
      instead: `write less than ${Number((1 - test).toPrecision(6))}`,
    });
  };
}

export const seed = z.int().nonnegative().default(7);

function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== "";
  } catch {
    return false;
  }
}

const ENCODINGS = ["utf-8", "windows-1252", "windows-1251", "gb18030", "shift_jis", "utf-16le"];

/** An encoding of text files as the web names it; without one it is told from the bytes. */
export const encoding = z
  .string()
  .refine(isEncoding, {
    error: "must be the name of an encoding",
    params: { instead: `write for example ${choices(ENCODINGS)}` },
  })
  .meta({ examples: ENCODINGS })
  .optional()
  .describe("Encoding of the files, for example windows-1251 or gb18030; default: told from the bytes");

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
  context.addIssue({ code: "custom", path: at.split("."), message: rule, params: { instead } });
}
