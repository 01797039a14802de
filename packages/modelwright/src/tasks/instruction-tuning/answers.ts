import type { InstructionModel } from "@modelwright/inference";
import { plainText, shorten } from "../../wording/plain-text.ts";
import { WRITING_OPTIONS } from "../decoder/writing-options.ts";
import type { Answers } from "../task.ts";

/** What a model answers to prompts. */
export const answers: Answers<"instruction-tuning", InstructionModel> = {
  options: WRITING_OPTIONS,
  trial: { maxTokens: 60, temperature: 0 },
  what: "answers",
  rowsAtOnce: 1,
  columns: () => ["answer"],
  async *stream(model, prompt, { top: _, ...options }) {
    yield `${asked(prompt)}\n  `;
    yield* model.stream([{ role: "user", content: prompt }], options);
  },
  answer: (model, prompts, { top: _, ...options }) =>
    Promise.all(
      prompts.map(async (prompt) => {
        const { text, tokens, finish } = await model.answer(prompt, options);
        return {
          cells: [text],
          json: { answer: text, tokens, finish },
          lines: [asked(prompt), `  ${plainText(text)}`],
          short: [text] as const,
        };
      }),
    ),
};

function asked(prompt: string): string {
  return `"${shorten(plainText(prompt), 80)}"`;
}
