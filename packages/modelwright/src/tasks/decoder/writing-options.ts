import { generationOptions } from "@modelwright/contracts";
import type { AnswerOptions } from "../task.ts";

/** Options of whatever writes texts. */
export const WRITING_OPTIONS: readonly (keyof AnswerOptions)[] = [
  ...(Object.keys(generationOptions) as (keyof typeof generationOptions)[]),
  "jsonSchema",
];
