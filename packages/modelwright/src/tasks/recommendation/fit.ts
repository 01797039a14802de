import type { CandidatesManifest, RankerKind, Recipes } from "@modelwright/contracts";
import type { EventRows } from "@modelwright/data";
import type { FitContext, LearningPart } from "../task.ts";
import { type Catalogue, catalogueOf, type Lesson, lessonOf } from "./catalogue.ts";
import { type HeldEvents, heldEvents } from "./held-events.ts";
import type { Ranker, RankerContext } from "./rankers/ranker.ts";
import { RANKER_ROWS } from "./rankers/table.ts";
import { rankingQuality } from "./ranking-quality.ts";
import { fitRatings, type RatingModel } from "./rating-model.ts";

type Recipe = Recipes["recommendation"];

/** What fitting leaves. */
export interface FittedRecommender {
  /** All events that are not for the test. */
  readonly lesson: Lesson;
  readonly ranker: Ranker;
  /** Of explicit feedback. */
  readonly ratings?: RatingModel | undefined;
  /** What the ranker was chosen from; absent where the recipe names one. */
  readonly candidates?: CandidatesManifest;
}

/** What rankers learn from, and what decides between them. */
interface Problem {
  readonly recipe: Recipe;
  readonly learnt: Lesson;
  readonly held: HeldEvents;
  readonly all: Lesson;
}

interface Tried {
  readonly kind: RankerKind;
  readonly choice: unknown;
  readonly ranker: Ranker;
  /** NDCG@10 of the held-out events. */
  readonly value: number;
  readonly seconds: number;
}

/**
 * Fits the ranker that the recipe names, or the one of all that ranks the validation events best, by settings that they decide; what is kept
 * learns from these too, since the last events tell most. Undefined when training was stopped before its end.
 */
export async function fitRecommender(
  recipe: Recipe,
  { train, validation }: LearningPart<EventRows>,
  context: FitContext,
): Promise<FittedRecommender | undefined> {
  const catalogue: Catalogue = catalogueOf([train, validation]);
  const learnt = lessonOf([train], catalogue);
  const problem: Problem = {
    recipe,
    learnt,
    held: heldEvents(learnt, validation),
    all: lessonOf([train, validation], catalogue),
  };
  if (problem.held.length === 0) {
    context.onWarning?.(
      "no user of the validation events is among those to learn from: nothing can be chosen by them, and the first candidate and setting is taken",
    );
  }
  const { kind, candidates } = recipe.model;
  const kinds = kind === "auto" ? candidates : [kind];
  const tell = context.onCandidates ?? (() => {});
  const tried: Tried[] = [];
  for (const each of kinds) {
    if (context.shouldStop()) return undefined;
    if (kinds.length > 1) tell({ type: "candidate-started", name: each, title: RANKER_ROWS[each].title });
    const result = await tryKind(each, problem, context);
    if (result === undefined) return undefined;
    const { value, seconds, ranker } = result;
    context.onModel({ base: each, parameters: ranker.parameters, trained: ranker.parameters });
    if (kinds.length > 1) tell({ type: "candidate", name: each, metric: METRIC, value, seconds });
    tried.push(result);
  }
  const ranked = tried.toSorted((a, b) => b.value - a.value);
  const [best, second] = ranked;
  if (second !== undefined) {
    const ahead = { of: second.kind, by: best!.value - second.value };
    tell({ type: "chosen", name: best!.kind, metric: METRIC, value: best!.value, ahead });
  }
  const ranker = await RANKER_ROWS[best!.kind].fit(problem.all, best!.choice, {
    ...rankerContext(context),
    recipe,
    before: best!.ranker,
  });
  if (ranker === undefined) return undefined;
  const ratings =
    problem.all.relevant === undefined
      ? undefined
      : fitRatings({ learnt, held: validation, all: problem.all }, recipe, context.shouldStop);
  if (problem.all.relevant !== undefined && ratings === undefined) return undefined;
  return {
    lesson: problem.all,
    ranker,
    ratings,
    ...(kind === "auto" ? { candidates: candidatesOf(ranked) } : {}),
  };
}

/** The metric that decides between rankers. */
const METRIC = "ndcg10";

function rankerContext({ onProgress, shouldStop }: FitContext): RankerContext {
  return {
    shouldStop,
    onProgress: (share) => onProgress({ stage: "learn", done: Math.round(share * 100), total: 100 }),
  };
}

/** A ranker by the settings that rank held-out events best. */
async function tryKind(
  kind: RankerKind,
  { recipe, learnt, held }: Problem,
  context: FitContext,
): Promise<Tried | undefined> {
  const row = RANKER_ROWS[kind];
  const { threads } = recipe.train;
  const items = learnt.catalogue.items.length;
  const start = performance.now();
  const options = { ...rankerContext(context), recipe };
  const choices = row.choices(recipe, learnt);
  let [choice] = choices;
  if (choices.length > 1 && held.length > 0) {
    const rehearsed = row.rehearsal?.(learnt, held) ?? { lesson: learnt, held };
    let highest = Number.NEGATIVE_INFINITY;
    for (const each of choices) {
      const ranker = await row.fit(rehearsed.lesson, each, { ...options, held: rehearsed.held });
      if (ranker === undefined) return undefined;
      const value = rehearsed.held.length === 0 ? 0 : await rankingQuality(ranker, rehearsed.held, { items, threads });
      if (value > highest) [highest, choice] = [value, each];
    }
  }
  const ranker = await row.fit(learnt, choice, { ...options, held });
  if (ranker === undefined) return undefined;
  const value = held.length === 0 ? 0 : await rankingQuality(ranker, held, { items, threads });
  return { kind, choice, ranker, value, seconds: (performance.now() - start) / 1000 };
}

/** What each ranker reached on the validation events, the best first. */
function candidatesOf(ranked: readonly Tried[]): CandidatesManifest {
  return {
    metric: METRIC,
    kept: ranked[0]!.kind,
    tried: ranked.map(({ kind, value, seconds }) => ({ name: kind, value, seconds })),
    passedOver: [],
  };
}
