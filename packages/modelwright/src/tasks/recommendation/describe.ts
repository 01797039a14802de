import type { Recipes } from "@modelwright/contracts";
import { counted } from "../../wording/quantities.ts";
import { share } from "../../wording/recipe-values.ts";
import type { Lines } from "../task.ts";
import { RANKER_ROWS } from "./rankers/table.ts";

type Recipe = Recipes["recommendation"];

const REPEATED = {
  last: "the last of repeated events",
  first: "the first of repeated events",
  keep: "repeated events kept",
} as const;

type Split = Recipe["data"]["split"];

/** What validates, and where the test is no table of its own what the test is. */
const SPLIT: Readonly<Record<Split["by"], (split: Split, test: string | undefined) => string>> = {
  time: ({ validation, ...split }, test) =>
    `${test ?? `test ${share(split.test)}`}, validation ${share(validation)}, the last by time`,
  last: ({ last }, test) =>
    test === undefined
      ? `the last ${counted(last, "event")} of each user, as many before validate`
      : `${test}, the last ${counted(last, "event")} of each user validate`,
  random: ({ validation, seed, ...split }, test) =>
    `${test ?? `test ${share(split.test)}`}, validation ${share(validation)}, seed ${seed}`,
};

/** What a recipe of a recommender decides. */
export function describeRecommender({ data, model, evaluate }: Recipe): Lines {
  const { items, clean, columns } = data;
  const about = items.source === undefined ? "" : `; items from ${items.source}`;
  const least = [
    ...(clean.minPerUser > 1 ? [`users with ${clean.minPerUser} events or more`] : []),
    ...(clean.minPerItem > 1 ? [`items with ${clean.minPerItem} or more`] : []),
  ];
  const feedback =
    data.feedback === "implicit"
      ? "implicit: what was chosen"
      : `explicit: ratings in "${columns.rating}", liked from ${data.relevant ?? "their median"} on`;
  return [
    [
      "data",
      [
        `${data.source}: "${columns.user}" chose "${columns.item}"${about}`,
        REPEATED[clean.repeated],
        ...least,
        ...(data.limit === undefined ? [] : [`at most ${counted(data.limit, "event")}, of whole users`]),
      ].join("; "),
    ],
    ["feedback", feedback],
    ["split", SPLIT[data.split.by](data.split, data.test === undefined ? undefined : `test ${data.test}`)],
    [
      "model",
      model.kind === "auto"
        ? `auto: of ${model.candidates.join(", ")} what ranks validation events best`
        : RANKER_ROWS[model.kind].title,
    ],
    [
      "evaluated",
      `${["this model", ...evaluate.baselines].join(", ")} on the test events by users, ${counted(evaluate.bootstrap, "resample")}`,
    ],
  ];
}
