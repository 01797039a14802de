import { openAiErrorSchema } from "@modelwright/contracts";
import { overloadResponses } from "../overload-responses.ts";
import type { ResponseDescription } from "../route-schema.ts";

/** What every OpenAI route may answer beside what was asked for. */
export const OPENAI_ERRORS: Readonly<Record<number, ResponseDescription>> = {
  400: { description: "A parameter breaks a rule, or is not supported", schema: openAiErrorSchema },
  404: { description: "The model is not loaded", schema: openAiErrorSchema },
  500: { description: "The model could not be run", schema: openAiErrorSchema },
  ...overloadResponses(openAiErrorSchema),
};
