import { openAiErrorSchema } from "@modelwright/contracts";
import type { ResponseDescription } from "../route-schema.ts";

/** What every OpenAI route may answer beside what was asked for. */
export const OPENAI_ERRORS: Readonly<Record<number, ResponseDescription>> = {
  400: { description: "A parameter breaks a rule, or is not supported", schema: openAiErrorSchema },
  404: { description: "The model is not loaded", schema: openAiErrorSchema },
  500: { description: "The model could not be run", schema: openAiErrorSchema },
  503: { description: "Overloaded, shutting down, or not answered in time", schema: openAiErrorSchema },
};
