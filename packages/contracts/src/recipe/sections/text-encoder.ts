import { z } from "zod";
import { report } from "./values.ts";

const encoderFields = {
  base: z.string().default("use-lite-en").describe("Pretrained encoder to start from; use-lite-en reads English only"),
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
};
interface BagFields {
  readonly fineTune: string;
  readonly maxLength: number;
  readonly bagLength: number;
}

/** Rules between two values of the section. */
const RULES: readonly {
  readonly isBroken: (model: BagFields) => boolean;
  readonly rule: string;
  readonly instead: string;
}[] = [
  {
    isBroken: ({ bagLength, fineTune }) => bagLength > 0 && fineTune === "frozen",
    rule: "a bag is trained together with the encoder, so it needs fineTune: full",
    instead: "write fineTune: full, or leave bagLength out",
  },
  {
    isBroken: ({ bagLength, maxLength }) => bagLength > 0 && bagLength < maxLength,
    rule: "a bag reads at least as much as the encoder",
    instead: "write at least maxLength, or 0 for no bag",
  },
];

function checkBag(model: BagFields, context: z.RefinementCtx): void {
  for (const { isBroken, ...broken } of RULES) if (isBroken(model)) report(context, "bagLength", broken);
}

/** A pretrained text encoder under a head for the task. */
export const textEncoderSection = z
  .strictObject({
    ...encoderFields,
    fineTune: z
      .enum(["full", "frozen"])
      .default("full")
      .describe("full: every weight; frozen: the head on cached vectors"),
  })
  .superRefine(checkBag);

/** The same, among other candidates. */
export const candidatesSection = z
  .strictObject({
    ...encoderFields,
    fineTune: z
      .enum(["auto", "full", "frozen"])
      .default("auto")
      .describe(
        "auto: what reaches most on the validation rows of TF-IDF, frozen and full, as far as train.budget allows; full: every weight of the encoder; frozen: the head on cached vectors",
      ),
  })
  .superRefine(checkBag);
