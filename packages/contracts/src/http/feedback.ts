import { z } from "zod";
import { choices } from "../errors/error-definition.ts";

/** Ways to say something of a prediction; one of them stands in each entry. */
export const FEEDBACK_WAYS = ["truth", "correction", "thumb", "comment"] as const;

/** Entries of one request. */
const MOST_ENTRIES = 1000;

const value = z.json();

const entry = z
  .strictObject(
    {
      prediction: z.string().describe("The id of an answer, a full stop and the index of the item: <id>.0"),
      truth: value
        .optional()
        .describe("What came out, from where it is known for certain: a label, a number, spans, as the model answers"),
      correction: value.optional().describe("What somebody says would have been right, in the same form"),
      thumb: z.enum(["up", "down"]).optional().describe("Whether the answer was of use"),
      comment: z.string().min(1).max(10_000).optional().describe("Anything else, in words"),
      id: z
        .string()
        .optional()
        .describe("Of this feedback: what comes again with the same id changes nothing; default: made of the content"),
      by: z.string().optional().describe("Who says it; default: the name of the key"),
      at: z.iso
        .datetime({ precision: 3 })
        .optional()
        .describe("When it became known, in UTC with milliseconds; default: now"),
    },
    { error: ({ code }) => (code === "unrecognized_keys" ? "is not known here" : undefined) },
  )
  .refine((given) => FEEDBACK_WAYS.filter((way) => given[way] !== undefined).length === 1, {
    error: `must have one of ${choices(FEEDBACK_WAYS)}, and only one`,
  });

/** Body of `POST /v1/feedback`: one entry, or several. */
export const feedbackRequestSchema = z
  .union([z.strictObject({ feedback: z.array(entry).min(1).max(MOST_ENTRIES) }), entry])
  .meta({
    title: "feedback",
    examples: [
      { prediction: "0198f3a0-5c1e-7d35-9a51-6c0f2e7b8d14.0", truth: "refund" },
      {
        feedback: [
          { prediction: "0198f3a0-5c1e-7d35-9a51-6c0f2e7b8d14.0", thumb: "down", by: "ada" },
          { prediction: "0198f3a0-5c1e-7d35-9a51-6c0f2e7b8d14.1", correction: "other", id: "crm-17" },
        ],
      },
    ],
  });
export type FeedbackEntry = z.output<typeof entry>;
export type FeedbackRequest = z.output<typeof feedbackRequestSchema>;

/** What `POST /v1/feedback` answers. */
export const feedbackResponseSchema = z
  .strictObject({
    added: z.int(),
    known: z.int().describe("Had come before; nothing was changed"),
    unmatched: z
      .array(z.string())
      .describe("Ids of predictions that are not recorded, or not yet; the feedback is kept, and counts when they are"),
  })
  .meta({ examples: [{ added: 1, known: 0, unmatched: [] }] });
export type FeedbackResponse = z.output<typeof feedbackResponseSchema>;
