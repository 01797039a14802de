import { z } from "zod";
import { issueRule } from "../http/issue-rule.ts";

/** A text that ends what is written. */
export const stopString = z.string().min(1).max(1000);

/** How a model that writes texts is to write, whatever its task is: over HTTP, on the command line and in programs. */
export const generationOptions = {
  maxTokens: z.int().min(1).max(100_000).optional().describe("Tokens to write at most; default: 100"),
  temperature: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe("0: always the likeliest token; below 1 likelier ones gain; default: 1"),
  topK: z.int().min(1).max(1_000_000).optional().describe("Draw from the k likeliest tokens only; default: all"),
  topP: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe("Draw from the fewest tokens with this share of the probability; default: 1"),
  minP: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("Draw from tokens of at least this share of the likeliest one's probability; default: 0"),
  repetitionPenalty: z
    .number()
    .gt(0)
    .max(100)
    .optional()
    .describe("Above 1, tokens that were there already become less likely; default: 1"),
  seed: z.int().nonnegative().optional().describe("The same seed writes the same text; default: 7"),
  stop: stopString.optional().describe("The text ends before this; default: nothing"),
  regex: z
    .string()
    .max(10_000)
    .optional()
    .describe(
      "A pattern that the whole text matches, without look-around and back-references; tokens that hold a part of a character only are not written; default: any text",
    ),
  beams: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe("Texts that are followed at once, to find the likeliest; nothing is drawn then; default: 1"),
  lengthPenalty: z
    .number()
    .min(-100)
    .max(100)
    .optional()
    .describe("Of beams: log-probability / length ^ this is a text's score; more favours longer texts; default: 1"),
} as const;

export type GenerationOption = keyof typeof generationOptions;

/** The rule of an option that a value breaks, as it stands behind "must be"; undefined where it breaks none. */
export function brokenGenerationRule(option: GenerationOption, value: unknown): string | undefined {
  const { error } = generationOptions[option].safeParse(value);
  return error === undefined ? undefined : ruleBehindBe(issueRule(error.issues[0]!));
}

function ruleBehindBe(rule: string): string {
  return rule.replace(/^must be /, "").replace(/^must have /, "a text of ");
}
