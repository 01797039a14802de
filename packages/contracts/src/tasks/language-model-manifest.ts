import { z } from "zod";

/** What a language model was made of. */
export const languageModel = z.strictObject({ architecture: z.string(), parameters: z.int().positive() });
