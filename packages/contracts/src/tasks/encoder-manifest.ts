import { z } from "zod";
import { tokenId } from "./tensors.ts";

/** How a text becomes what an encoder under a head reads. */
export const encoderPreprocessing = z.strictObject({
  tokenizer: z.literal("tokenizer.json"),
  /** Texts of more tokens are cut. */
  maxLength: z.int().positive(),
  /** `end`: the first tokens stay. `middle`: the first ⌈3/4 · maxLength⌉ and the last of the rest stay. */
  truncation: z.enum(["end", "middle"]),
  /** Tokens that the bag beside the encoder reads, in `bag_ids`; absent: the model has none. */
  bagLength: z.int().positive().optional(),
  padId: tokenId,
  /**
   * How the two texts of an item are read. `template`: as the pair template of `tokenizer.json` has them, with `token_type_ids` where the graph
   * takes them; texts that are too long lose tokens by `longest_first`. `joined`: with a line break between them, as one text. Absent: an item
   * is one text.
   */
  pair: z.enum(["template", "joined"]).optional(),
  /**
   * A text of more tokens than `maxLength` is read in windows of so many, special tokens included; each shares `overlap` tokens with the one
   * before, the last one ends where the text ends, and there are at most `most`: of longer texts tokens go by `truncation` first. The output
   * of a text is the mean of the graph's outputs for its windows. Absent: a text is cut.
   */
  windows: z.strictObject({ overlap: z.int().nonnegative(), most: z.int().positive() }).optional(),
});

/** What a caller gives: a text, or two in `{ text, second }`. */
export const textInput = z.enum(["text", "text-pair"]);

const tuned = {
  base: z.string(),
  /** SHA-256 of the weights of the base as they were published. Absent: in older versions, and where there is no base. */
  baseSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  fineTune: z.string(),
  parameters: z.int().positive(),
  /** How many of them were trained, adapters included; absent in older versions. */
  trained: z.int().positive().optional(),
  /** Adapters that the weights contain; their files lie in the folder `adapter`. Absent: there were none. */
  adapter: z
    .strictObject({
      kind: z.enum(["lora", "dora"]),
      rank: z.int().positive(),
      alpha: z.number().positive(),
    })
    .optional(),
};

/** What the model was made of. */
export const encoderModel = z.strictObject({
  /** What reads the texts; absent in older versions: an encoder. */
  kind: z.enum(["encoder", "tfidf"]).optional(),
  ...tuned,
});

/** The same, of a decoder. */
export const tunedModel = z.strictObject({ architecture: z.string(), ...tuned, trained: z.int().positive() });

/** What a version was chosen from, on the validation rows. */
export const candidatesManifest = z.strictObject({
  /** By which metric. */
  metric: z.string(),
  /** The name of the one that is kept. */
  kept: z.string(),
  tried: z.array(
    z.strictObject({
      name: z.string(),
      /** The metric on the validation rows. */
      value: z.number(),
      /** Of probabilities. */
      logLoss: z.number().optional(),
      seconds: z.number().nonnegative(),
      /** Passes over the training rows, where it is trained in passes that the budget decides. */
      epochs: z.number().positive().optional(),
    }),
  ),
  passedOver: z.array(z.strictObject({ name: z.string(), reason: z.string() })),
});
export type CandidatesManifest = z.infer<typeof candidatesManifest>;

const ofValidationRows = z.strictObject({ accuracy: z.number(), f1Macro: z.number() });

/** Whose answers a classifier learnt beside its labels. */
export const distillationManifest = z.strictObject({
  /** `name:3`, or the path of the file that held its logits, as the recipe has it. */
  teacher: z.string(),
  /** Of the teacher, where it is a version; absent: not known. */
  parameters: z.int().positive().optional(),
  temperature: z.number().positive(),
  weight: z.number().positive().max(1),
  /** What both reach on the validation rows. */
  validation: z.strictObject({
    rows: z.int().positive(),
    teacher: ofValidationRows,
    student: ofValidationRows,
  }),
});
export type DistillationManifest = z.infer<typeof distillationManifest>;
