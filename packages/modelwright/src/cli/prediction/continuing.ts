import { CausalLanguageModel, type GenerateOptions } from "@modelwright/inference";
import type { LocalVersion } from "../../pipeline/local-version.ts";
import { plainText } from "../output/plain-text.ts";
import type { Answerer, Placement } from "./answerer.ts";

export type Continuing = GenerateOptions;

/** Writes on behind texts. */
export async function openContinuing({ directory }: LocalVersion, options: Continuing & Placement): Promise<Answerer> {
  const model = await CausalLanguageModel.load(directory, options);
  return {
    what: "continuations",
    columns: ["continuation"],
    rowsAtOnce: 1,
    answer: (prompts) =>
      Promise.all(
        prompts.map(async (prompt) => {
          const { text, tokens, finish } = await model.generate(prompt, options);
          return {
            cells: [text],
            json: { continuation: text, tokens, finish },
            lines: [plainText(`${prompt}${text}`)],
          };
        }),
      ),
    release: () => model.release(),
  };
}
