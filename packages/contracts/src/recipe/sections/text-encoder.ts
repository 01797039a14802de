import { z } from "zod";
import { report } from "./values.ts";

const encoderFields = z.strictObject({
  base: z.string().default("use-lite-en").describe("Pretrained encoder to start from"),
  fineTune: z
    .enum(["full", "frozen"])
    .default("full")
    .describe("full: every weight; frozen: the head on cached vectors"),
  maxLength: z.int().min(1).default(128).describe("Tokens of a text that the encoder reads; at most what it can"),
  truncation: z
    .enum(["end", "middle"])
    .default("end")
    .describe(
      "Which tokens of a longer text go: those at the end, or those in the middle (3/4 from the start are kept)",
    ),
  bagLength: z
    .int()
    .min(0)
    .max(4096)
    .default(0)
    .describe(
      "Tokens of a text that a linear bag of tokens beside the encoder reads, which takes in what is beyond maxLength; 0: no bag. Needs fineTune: full",
    ),
  dropout: z.number().min(0).lt(1).default(0.1),
});
type EncoderFields = z.output<typeof encoderFields>;

/** Rules between two values of the section. */
const RULES: readonly {
  readonly isBroken: (model: EncoderFields) => boolean;
  readonly rule: string;
  readonly instead: string;
}[] = [
  {
    isBroken: ({ bagLength, fineTune }) => bagLength > 0 && fineTune !== "full",
    rule: "a bag is trained together with the encoder, so it needs fineTune: full",
    instead: "write fineTune: full, or leave bagLength out",
  },
  {
    isBroken: ({ bagLength, maxLength }) => bagLength > 0 && bagLength < maxLength,
    rule: "a bag reads at least as much as the encoder",
    instead: "write at least maxLength, or 0 for no bag",
  },
];

/** A pretrained text encoder under a head for the task. */
export const textEncoderSection = encoderFields.superRefine((model, context) => {
  for (const { isBroken, ...broken } of RULES) if (isBroken(model)) report(context, "bagLength", broken);
});
