import { ModelwrightError } from "@modelwright/contracts";

export function invalidTokenizer(problem: string, cause?: unknown): ModelwrightError {
  return new ModelwrightError("TOKENIZER_INVALID", { file: "tokenizer.json", problem }, { cause });
}
