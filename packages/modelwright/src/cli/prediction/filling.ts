import { MaskedLanguageModel } from "@modelwright/inference";
import type { LocalVersion } from "../../pipeline/local-version.ts";
import { plainText, shorten } from "../output/plain-text.ts";
import { percent } from "../output/quantities.ts";
import type { Answerer, Placement } from "./answerer.ts";

const CANDIDATES = 5;

/** Fills in each `[MASK]` of texts. */
export async function openFilling(
  { directory }: LocalVersion,
  options: { readonly top?: number } & Placement,
): Promise<Answerer> {
  const model = await MaskedLanguageModel.load(directory, options);
  const { top = CANDIDATES } = options;
  return {
    what: "filled masks",
    columns: ["filled"],
    rowsAtOnce: 1,
    answer: (texts) =>
      Promise.all(
        texts.map(async (text) => {
          const { text: filled, masks } = await model.fill(text, { top });
          const candidates = masks.flatMap((mask, i) => [
            ...(masks.length > 1 ? [`  mask ${i + 1}`] : []),
            ...mask.map(({ piece, probability }) => `${percent(probability).padStart(8)}  ${plainText(piece)}`),
          ]);
          const nothing = masks.length === 0 ? ["  no [MASK] in it"] : [];
          return {
            cells: [filled],
            json: { filled, masks },
            lines: [`"${shorten(plainText(text), 80)}"`, ...candidates, ...nothing],
          };
        }),
      ),
    release: () => model.release(),
  };
}
