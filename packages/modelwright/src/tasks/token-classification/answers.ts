import type { LoadedModelOf } from "@modelwright/inference";
import { plainText, shorten } from "../../wording/plain-text.ts";
import { percent } from "../../wording/quantities.ts";
import type { Answers } from "../task.ts";
import { showSpans } from "./rows.ts";

/** Marked spans of texts; in files as a JSON list with offsets in UTF-16 code units. */
export const answers: Answers<"token-classification", LoadedModelOf<"token-classification">> = {
  options: [],
  trial: {},
  what: "entities",
  rowsAtOnce: 256,
  columns: () => ["predicted_entities"],
  answer: async (model, texts) => {
    const marked = await model.predict(texts);
    return marked.map(({ text, entities }) => {
      const rounded = entities.map((entity) => ({ ...entity, score: Number(entity.score.toFixed(4)) }));
      const lines = entities.map(
        ({ label, text: covered, score, start, end }) =>
          `${percent(score).padStart(8)}  ${plainText(label)}  ${plainText(covered)} (${start} to ${end})`,
      );
      return {
        cells: [JSON.stringify(rounded)],
        json: { entities: rounded },
        lines: [`"${shorten(plainText(text), 100)}"`, ...(lines.length === 0 ? ["  no span in it"] : lines)],
        short: [plainText(showSpans(text, entities))],
      };
    });
  },
};
