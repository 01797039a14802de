import type { SequenceToSequenceModel } from "@modelwright/inference";
import { plainText, shorten } from "../../wording/plain-text.ts";
import { WRITING_OPTIONS } from "../decoder/writing-options.ts";
import type { Answers } from "../task.ts";

/** What a model writes from texts. */
export const answers: Answers<"sequence-to-sequence", SequenceToSequenceModel> = {
  options: WRITING_OPTIONS,
  trial: {},
  what: "texts",
  rowsAtOnce: 32,
  columns: () => ["written"],
  async *stream(model, text, { top: _, ...options }) {
    yield `${shown(text)}\n  `;
    yield* model.stream(text, options);
  },
  answer: (model, texts, { top: _, ...options }) =>
    Promise.all(
      texts.map(async (read) => {
        const { text, tokens, finish } = await model.transform(read, options);
        return {
          cells: [text],
          json: { written: text, tokens, finish },
          lines: [shown(read), `  ${plainText(text)}`],
          short: [text] as const,
        };
      }),
    ),
};

function shown(text: string): string {
  return `"${shorten(plainText(text), 80)}"`;
}
