import type { LoadedCausalLanguageModel, LoadedMaskedLanguageModel } from "@modelwright/inference";
import { plainText, shorten } from "../../wording/plain-text.ts";
import { percent } from "../../wording/quantities.ts";
import { WRITING_OPTIONS } from "../decoder/writing-options.ts";
import type { Answers } from "../task.ts";

/** What a model writes on behind texts. */
export const continuations: Answers<"causal-language-modeling", LoadedCausalLanguageModel> = {
  options: WRITING_OPTIONS,
  trial: { maxTokens: 30, temperature: 0.8 },
  what: "continuations",
  rowsAtOnce: 1,
  columns: () => ["continuation"],
  async *stream(model, prompt, { top: _, ...options }) {
    yield prompt;
    yield* model.stream(prompt, options);
  },
  answer: (model, prompts, { top: _, ...options }) =>
    Promise.all(
      prompts.map(async (prompt) => {
        const { text, tokens, finish } = await model.generate(prompt, options);
        return {
          cells: [text],
          json: { continuation: text, tokens, finish },
          lines: [plainText(`${prompt}${text}`)],
          short: [text] as const,
        };
      }),
    ),
};

const CANDIDATES = 5;

/** What a model puts in the place of each `[MASK]`. */
export const filledMasks: Answers<"masked-language-modeling", LoadedMaskedLanguageModel> = {
  options: ["top"],
  trial: { top: 3 },
  what: "filled masks",
  rowsAtOnce: 1,
  columns: () => ["filled"],
  answer: (model, texts, { top = CANDIDATES }) =>
    Promise.all(
      texts.map(async (text) => {
        const { text: filled, masks } = await model.fill(text, { top });
        const candidates = masks.flatMap((mask, i) => [
          ...(masks.length > 1 ? [`  mask ${i + 1}`] : []),
          ...mask.map(({ token, probability }) => `${percent(probability).padStart(8)}  ${plainText(token)}`),
        ]);
        const nothing = masks.length === 0 ? ["  no [MASK] in it"] : [];
        const all = masks.flat().map(({ token, probability }) => `${token} ${percent(probability)}`);
        return {
          cells: [filled],
          json: { filled, masks },
          lines: [`"${shorten(plainText(text), 80)}"`, ...candidates, ...nothing],
          short: [all.join(", ")] as const,
        };
      }),
    ),
};
