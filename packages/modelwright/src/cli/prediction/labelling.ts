import { TextClassifier } from "@modelwright/inference";
import type { LocalVersion } from "../../pipeline/local-version.ts";
import { plainText, shorten } from "../output/plain-text.ts";
import { percent } from "../output/quantities.ts";
import type { Answerer, Placement } from "./answerer.ts";
import { likeliest } from "./prediction-columns.ts";

/** Texts that are predicted, shown and written together. */
const ROWS_AT_ONCE = 256;
/** A longer label pushes its text to the right. */
const LABEL_WIDTH = 32;

/** Puts labels on texts, probabilities to six decimals in files. */
export async function openLabelling(
  { directory }: LocalVersion,
  options: { readonly top?: number } & Placement,
): Promise<Answerer> {
  const model = await TextClassifier.load(directory, options);
  const top = Math.min(options.top ?? 1, model.labels.length);
  const width = Math.min(LABEL_WIDTH, Math.max(...model.labels.map((label) => plainText(label).length)));
  return {
    what: "labels",
    columns: Array.from({ length: top }, (_, rank) => (rank === 0 ? "" : `_${rank + 1}`)).flatMap((suffix) => [
      `predicted_label${suffix}`,
      `predicted_probability${suffix}`,
    ]),
    rowsAtOnce: ROWS_AT_ONCE,
    answer: async (texts) => {
      const predictions = await model.predict(texts);
      return predictions.map((prediction, i) => {
        const ranked = likeliest(prediction, top);
        const text = `"${shorten(plainText(texts[i]!), 80)}"`;
        const lines = ranked.map(
          ({ label, probability }) => `${percent(probability).padStart(8)}  ${plainText(label).padEnd(width)}`,
        );
        const { label, probability } = prediction;
        return {
          cells: ranked.flatMap((each) => [each.label, Number(each.probability.toFixed(6))]),
          json: { label, probability, ...(top === 1 ? {} : { top: ranked }) },
          lines: top === 1 ? [`${lines[0]}  ${text}`] : [text, ...lines.map((line) => line.trimEnd())],
        };
      });
    },
    release: () => model.release(),
  };
}
