import type { LoadedModelOf } from "@modelwright/inference";
import { plainText, shorten } from "../../wording/plain-text.ts";
import { counted } from "../../wording/quantities.ts";
import type { Answers } from "../task.ts";

const NUMBERS_SHOWN = 4;

/** Vectors of texts; in files as a JSON list. */
export const answers: Answers<"embedding", LoadedModelOf<"embedding">> = {
  options: [],
  trial: {},
  what: "vectors",
  rowsAtOnce: 256,
  columns: () => ["embedding"],
  answer: async (model, texts) => {
    const answered = await model.predict(texts);
    return answered.map(({ embedding }, i) => {
      const first = embedding.slice(0, NUMBERS_SHOWN).map((value) => value.toFixed(3));
      const size = counted(embedding.length, "number");
      return {
        cells: [JSON.stringify(embedding)],
        json: { embedding },
        lines: [`"${shorten(plainText(texts[i]!), 80)}"`, `  ${first.join("  ")} … (${size})`],
        short: [`${first.join(" ")} …`, size],
      };
    });
  },
};
