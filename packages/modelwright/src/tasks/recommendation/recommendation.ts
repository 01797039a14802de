import type { EventRows } from "@modelwright/data";
import { type RecommendationOutcome, recommendationFamily } from "@modelwright/evaluation";
import { recommendationBody } from "@modelwright/evaluation/report";
import type { Recommender } from "@modelwright/inference";
import { plainText, shorten } from "../../wording/plain-text.ts";
import { magnitude } from "../../wording/quantities.ts";
import { showNumber } from "../../wording/show-number.ts";
import type { Task } from "../task.ts";
import { candidateLines } from "../text-encoder/candidates/candidate-facts.ts";
import { candidatesSection } from "../text-encoder/candidates/candidates-section.ts";
import { answers } from "./answers.ts";
import { baseline } from "./baselines.ts";
import { cardOf } from "./card.ts";
import { describeRecommender } from "./describe.ts";
import { draftRecommender } from "./draft.ts";
import { type FittedRecommender, fitRecommender } from "./fit.ts";
import { outcomeOf } from "./outcome.ts";
import { evaluationRows, prepareRows, takeEvents, textOf, trialsOf } from "./rows.ts";
import { sampleLoans } from "./sample-loans.ts";
import { versionOf } from "./version.ts";

/** Recommends items to a user. */
export const recommendation: Task<"recommendation", EventRows, FittedRecommender, RecommendationOutcome, Recommender> =
  {
    family: recommendationFamily,
    prepare: prepareRows,
    size: ({ rows }) => rows.length,
    subset: takeEvents,
    fit: fitRecommender,
    version: versionOf,
    outcome: (model, split, { onProgress }) => outcomeOf(model, split, onProgress),
    baseline: (name, context) => baseline(name as Parameters<typeof baseline>[0], context),
    incomparable: ({ manifest }, champion) =>
      manifest.relevant === champion.relevant ? undefined : "what counts as liked differs from that of",
    tables: () => [],
    details: ({ users, items }) => ({
      users: users.length,
      known: users.filter(({ known }) => known).length,
      items,
    }),
    trials: trialsOf,
    learning: ({ ranker }) => ranker.history ?? { steps: [], evaluations: [] },
    report: ({ manifest, model: { outcome }, test }) => {
      const body = recommendationBody({ outcome, users: shownUsers(outcome, test), nameOf: titlesOf(test) });
      return { ...body, sections: [...candidatesSection(manifest.candidates), ...body.sections] };
    },
    card: cardOf,
    describe: describeRecommender,
    summary: ({ catalogue, feedback, relevant, ratings, model, candidates }) => [
      [
        "recommends",
        `${catalogue.items.toLocaleString("en")} items, learnt from ${catalogue.events.toLocaleString("en")} events of ${catalogue.users.toLocaleString("en")} users`,
      ],
      [
        "feedback",
        feedback === "implicit"
          ? "implicit: every event counts"
          : `explicit: ratings from ${showNumber(ratings!.minimum)} to ${showNumber(ratings!.maximum)}, liked from ${showNumber(relevant!)} on`,
      ],
      ["model", `${model.ranker}: ${model.settings}, ${magnitude(model.parameters)} parameters`],
      ...candidateLines(candidates),
    ],
    texts: ({ rows }) => rows.map(textOf),
    evaluationRows,
    draft: draftRecommender,
    sample: { file: "loans.csv", content: sampleLoans },
    answers,
    monitoring: {
      unwatched:
        "requests only name users, and what users do is in the events; evaluate the model on the newest of them",
    },
  };

/** How items are called for a reader. */
function titlesOf({ known }: EventRows): (item: string) => string {
  const titles = new Map(known?.titles === undefined ? [] : known.items.map((item, i) => [item, known.titles![i]!]));
  return (item) => shorten(plainText(titles.get(item) || item), 80);
}

const SHOWN = 6;

/** What each user of an outcome chose. */
function shownUsers({ users }: RecommendationOutcome, split: EventRows) {
  const nameOf = titlesOf(split);
  const chosen = new Map<string, string[]>();
  for (const { user, item, rating } of split.rows) {
    if (split.relevant !== undefined && rating! < split.relevant) continue;
    chosen.set(user, [...(chosen.get(user) ?? []), item]);
  }
  return users.map(({ user }) => {
    const items = chosen.get(user) ?? [];
    const more = items.length > SHOWN ? ", …" : "";
    return { id: user, text: `${items.slice(0, SHOWN).map(nameOf).join(", ")}${more}` };
  });
}
