import { z } from "zod";

/** Every error on /v1. */
export const errorBodySchema = z
  .strictObject({
    code: z.string().describe("Stable; branch on it, never on the message"),
    message: z.string().describe("Where and which rule, the value that broke it; what to do"),
    details: z.record(z.string(), z.unknown()),
    requestId: z.string().describe("Stands beside the request in the server's log"),
  })
  .meta({
    examples: [
      {
        code: "SERVER_REQUEST_INVALID",
        message: "texts[1]: must be a string, got 7. Fix the value; /openapi.json describes …",
        details: { path: "texts[1]", rule: "must be a string", got: "7" },
        requestId: "2f1c7a52-8a3c-4b6e-9a43-7c9f5f7f0f11",
      },
    ],
  });
export type ErrorBody = z.infer<typeof errorBodySchema>;

/** Every error on /v2. */
export const inferenceErrorSchema = z
  .strictObject({ error: z.string() })
  .meta({ examples: [{ error: 'model "invoices" is not loaded; loaded: "mail-triage". Name one that is loaded' }] });
