import type { InstructionModel } from "@modelwright/inference";
import { plainText, shorten } from "../../wording/plain-text.ts";
import type { Answers } from "../task.ts";

/** What a model answers to prompts. */
export const answers: Answers<"instruction-tuning", InstructionModel> = {
  options: ["maxTokens", "temperature", "topK", "topP", "seed"],
  trial: { maxTokens: 60, temperature: 0 },
  what: "answers",
  rowsAtOnce: 1,
  columns: () => ["answer"],
  answer: (model, prompts, options) =>
    Promise.all(
      prompts.map(async (prompt) => {
        const { text, tokens, finish } = await model.answer(prompt, options);
        return {
          cells: [text],
          json: { answer: text, tokens, finish },
          lines: [`"${shorten(plainText(prompt), 80)}"`, `  ${plainText(text)}`],
          short: [text] as const,
        };
      }),
    ),
};
