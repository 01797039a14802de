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
  /** The training events. */
  readonly learnt: Lesson;
  readonly held: HeldEvents;
  readonly all: Lesson;
}

/** A kind of ranker with the settings that rank held-out events best. */
interface Chosen {
  readonly kind: RankerKind;
  readonly choice: unknown;
  /** What was learnt with them from the training events, where that was needed to know. */
  readonly ranker?: Ranker | undefined;
}

interface Tried extends Chosen {
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
  const ranked = kind === "auto" ? await compareKinds(candidates, problem, context) : undefined;
  const best = kind === "auto" ? ranked?.[0] : await chooseSettings(kind, problem, context);
  if (best === undefined) return undefined;
  const ranker = await RANKER_ROWS[best.kind].fit(problem.all, best.choice, {
    ...rankerContext(context),
    recipe,
    before: best.ranker,
  });
  if (ranker === undefined) return undefined;
  if (kind !== "auto") context.onModel({ base: kind, parameters: ranker.parameters, trained: ranker.parameters });
  const ratings =
    problem.all.relevant === undefined
      ? undefined
      : fitRatings({ learnt, held: validation, all: problem.all }, recipe, context.shouldStop);
  if (problem.all.relevant !== undefined && ratings === undefined) return undefined;
  return {
    lesson: problem.all,
    ranker,
    ratings,
    ...(ranked === undefined ? {} : { candidates: candidatesOf(ranked) }),
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

/** Each kind on the held-out events, the best first. Undefined when it was stopped. */
async function compareKinds(
  kinds: readonly RankerKind[],
  problem: Problem,
  context: FitContext,
): Promise<readonly Tried[] | undefined> {
  const isChoice = kinds.length > 1;
  const tell = (isChoice ? context.onCandidates : undefined) ?? (() => {});
  const tried: Tried[] = [];
  for (const kind of kinds) {
    if (context.shouldStop()) return undefined;
    tell({ type: "candidate-started", name: kind, title: RANKER_ROWS[kind].title });
    const start = performance.now();
    const chosen = await chooseSettings(kind, problem, context);
    const ranker = chosen && (chosen.ranker ?? (await fitLearnt(kind, chosen.choice, problem, context)));
    if (ranker === undefined) return undefined;
    context.onModel({ base: kind, parameters: ranker.parameters, trained: ranker.parameters });
    const value = await qualityOf(ranker, problem.held, problem);
    const seconds = (performance.now() - start) / 1000;
    tell({ type: "candidate", name: kind, metric: METRIC, value, seconds });
    tried.push({ kind, choice: chosen!.choice, ranker, value, seconds });
  }
  const ranked = tried.toSorted((a, b) => b.value - a.value);
  const [best, second] = ranked;
  if (second !== undefined) {
    const ahead = { of: second.kind, by: best!.value - second.value };
    tell({ type: "chosen", name: best!.kind, metric: METRIC, value: best!.value, ahead });
  }
  return ranked;
}

/** The settings that rank held-out events best. Undefined when it was stopped. */
async function chooseSettings(kind: RankerKind, problem: Problem, context: FitContext): Promise<Chosen | undefined> {
  const row = RANKER_ROWS[kind];
  const { recipe, learnt, held } = problem;
  const choices = row.choices(recipe, learnt);
  if (choices.length === 1 || held.length === 0) {
    const [choice] = choices;
    if (row.isSteered !== true) return { kind, choice };
    const ranker = await fitLearnt(kind, choice, problem, context);
    return ranker && { kind, choice, ranker };
  }
  const rehearsed = row.rehearsal?.(learnt, held);
  const { lesson, held: asked } = rehearsed ?? { lesson: learnt, held };
  let best: { readonly value: number; readonly choice: unknown; readonly ranker: Ranker } | undefined;
  for (const choice of choices) {
    const ranker = await row.fit(lesson, choice, { ...rankerContext(context), recipe, held: asked });
    if (ranker === undefined) return undefined;
    const value = await qualityOf(ranker, asked, problem);
    if (best === undefined || value > best.value) best = { value, choice, ranker };
  }
  const { choice, ranker } = best!;
  // What was rehearsed on a part has to be learnt again.
  return { kind, choice, ranker: rehearsed === undefined ? ranker : undefined };
}

/** A ranker that has learnt from the training events. */
function fitLearnt(
  kind: RankerKind,
  choice: unknown,
  { recipe, learnt, held }: Problem,
  context: FitContext,
): Promise<Ranker | undefined> {
  return RANKER_ROWS[kind].fit(learnt, choice, { ...rankerContext(context), recipe, held });
}

async function qualityOf(ranker: Ranker, held: HeldEvents, { recipe, learnt }: Problem): Promise<number> {
  if (held.length === 0) return 0;
  return rankingQuality(ranker, held, { items: learnt.catalogue.items.length, threads: recipe.train.threads });
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
