import type { Recommended, Recommender } from "@modelwright/inference";
import { plainText } from "../../wording/plain-text.ts";
import { showItem } from "../../wording/show-item.ts";
import type { Answers } from "../task.ts";

const TOP = 10;
const TRIAL_TOP = 5;

/** Items for users; in files a column for each place. */
export const answers: Answers<"recommendation", Recommender> = {
  options: ["top", "seen", "exclude", "among"],
  trial: { top: TRIAL_TOP },
  what: "recommendations",
  rowsAtOnce: 256,
  columns: ({ manifest }, { top = TOP }) => [
    "known",
    ...Array.from({ length: Math.min(top, manifest.catalogue.items) }, (_, place) => `item_${place + 1}`),
  ],
  answer: async (model, users, { top = TOP, seen, exclude, among, signal }) => {
    const narrowed = {
      ...(seen === undefined ? {} : { seen }),
      ...(exclude === undefined ? {} : { exclude: [...exclude] }),
      ...(among === undefined ? {} : { among: [...among] }),
    };
    const recommended = await model.predict(users, { options: { top, ...narrowed }, signal });
    const width = Math.min(top, model.manifest.catalogue.items);
    return recommended.map((answer, i) => ({
      cells: [String(answer.known), ...Array.from({ length: width }, (_, place) => answer.items[place]?.item ?? "")],
      json: { ...answer },
      lines: [`${showItem(users[i]!)}${answer.known ? "" : "  (not known: what is popular)"}`, ...linesOf(answer)],
      short: [answer.items.map(nameOf).join("; ") || "nothing", answer.known ? "known" : "not known: what is popular"],
    }));
  },
};

type Item = Recommended["items"][number];

const nameOf = ({ item, title }: Item) => plainText(title ?? item);

function linesOf({ items }: Recommended): string[] {
  const scores = items.map(({ score }) => score.toPrecision(3));
  const width = Math.max(0, ...scores.map(({ length }) => length));
  if (items.length === 0) return ["  nothing is left to recommend"];
  return items.map(({ item, title, rating }, place) => {
    const stars = rating === undefined ? "" : `  rating ${rating.toFixed(2)}`;
    const name = title === undefined ? plainText(item) : `${plainText(title)} (${plainText(item)})`;
    return `${String(place + 1).padStart(4)}  ${scores[place]!.padStart(width)}${stars}  ${name}`;
  });
}
