import { type ManifestOf, ModelwrightError, type TaskName } from "@modelwright/contracts";
import type { JsonValue, Registry } from "@modelwright/registry";
import type { AnswerReview } from "../tasks/answer-review.ts";
import type { AnyTask } from "../tasks/task.ts";
import { STAGES } from "../tasks/tasks.ts";
import { chooseMixed, type Sources } from "./choose-mixed.ts";
import { chooseSpread } from "./choose-spread.ts";
import { itemVectors } from "./item-vectors.ts";
import { type LabelledContent, LabelledContents } from "./labelled-contents.ts";
import { reasonWords } from "./reason-words.ts";
import { type Candidate, ReviewCandidates, type SeenPredictions } from "./review-candidates.ts";
import { type Choice, REVIEW_ORDERS, type ReviewOrder } from "./review-order.ts";
import { suspectedErrors } from "./suspected-errors.ts";
import { VersionManifests } from "./version-manifests.ts";

/** Candidates of each kind that are compared, for each one that is asked for. */
const COMPARED = 20;
const [LEAST_COMPARED, MOST_COMPARED] = [2000, 20_000];
/** Labelled contents from which others are to differ. */
const MOST_BESIDES = 1000;

/** Behind the id of what a shadow answered. */
const SHADOW = /\.shadow$/;

export interface ReviewOptions {
  /** Default: 20. */
  readonly count?: number;
  /** Default: mixed. */
  readonly order?: ReviewOrder;
  /** Decides what is drawn at random. Default: 0. */
  readonly seed?: number;
  /** Who is going to label: is not asked about what they have labelled. */
  readonly by?: string | undefined;
  /** The share of what is handed out that another person has labelled before. Default: 0. */
  readonly overlap?: number;
  /** Predictions from this moment on; ISO 8601, UTC. Default: all. */
  readonly from?: string;
  readonly onProgress?: (predictions: number) => void;
}

/** A prediction that is worth a person's time. */
export interface ReviewItem {
  readonly prediction: string;
  readonly version: number;
  readonly item: JsonValue;
  /** What the model takes for right. */
  readonly predicted?: JsonValue;
  readonly probability?: number;
  readonly why: string;
}

export interface ReviewQueue {
  readonly model: string;
  readonly order: ReviewOrder;
  readonly items: readonly ReviewItem[];
  readonly seen: SeenPredictions & {
    /** Different contents that nobody has labelled. */
    readonly contents: number;
  };
}

/**
 * The predictions of a model that people should label next. The same records, options and seed give the same ones, and no
 * content comes twice.
 *
 * @throws {ModelwrightError} `REGISTRY_MODEL_UNKNOWN`, `REVIEW_TASK_UNSUPPORTED`, `REVIEW_ORDER_UNSUPPORTED`.
 */
export async function nextReviews(
  registry: Registry,
  model: string,
  options: ReviewOptions = {},
): Promise<ReviewQueue> {
  const { count = 20, order = "mixed", seed = 0, by, overlap = 0, from, onProgress } = options;
  const { manifest } = await registry.resolve(model);
  const task = STAGES[manifest.task];
  const review = reviewOf(task, manifest, model);
  checkOrder(order, { task, review, manifest, model });
  const manifests = new VersionManifests(registry, model);
  const repeated = Math.round(count * overlap);
  const labelled = new LabelledContents({ seed, by, repeated });
  const kinds = ["truth", "correction", "thumb"] as const;
  for await (const page of registry.stores.feedback.scan({ model, kinds, states: ["new", "accepted"] })) {
    for (const each of page) labelled.add(each);
  }
  const most = Math.min(MOST_COMPARED, Math.max(LEAST_COMPARED, COMPARED * count));
  const candidates = new ReviewCandidates({ review, labelled, seed, most });
  for await (const page of registry.stores.predictions.scan({ model, ...(from !== undefined && { from }) })) {
    for (const record of page) candidates.add(record, await manifests.of(record.version));
    onProgress?.(candidates.seen.predictions);
  }
  const again = labelled
    .labelledOnce()
    .slice(0, repeated)
    .map((each) => toChoice(each, review, "overlap"));
  const chosen = await choose(order, count - again.length, { task, labelled, candidates, manifests, review });
  const items: ReviewItem[] = [];
  for (const choice of woven(chosen, again)) items.push(itemOf(await asTold(choice, registry, review)));
  return { model, order, items, seen: { ...candidates.seen, contents: candidates.contents } };
}

/** Of a shadow's answer the one that the client was told, where that is kept. */
async function asTold(choice: Choice, registry: Registry, review: AnswerReview<TaskName>): Promise<Choice> {
  const { candidate } = choice;
  if (!candidate.isShadow) return choice;
  const record = await registry.stores.predictions.get(candidate.prediction.replace(SHADOW, "")).catch(ignoreUnknown);
  if (record?.answer === undefined) return choice;
  const answer = record.answer as never;
  const said = review.said(answer);
  const probability = review.probability?.(answer);
  const { id: prediction, version } = record;
  return { ...choice, candidate: { ...candidate, prediction, version, said, probability, other: candidate.said } };
}

function ignoreUnknown(error: unknown): undefined {
  if (!(error instanceof ModelwrightError && error.code === "PREDICTION_UNKNOWN")) throw error;
}

function itemOf(choice: Choice): ReviewItem {
  const { prediction, version, item, said, probability } = choice.candidate;
  return {
    prediction,
    version,
    item,
    ...(said !== undefined && { predicted: said }),
    ...(probability !== undefined && { probability }),
    why: reasonWords(choice),
  };
}

/** What people who label a model's answers are asked. */
export function reviewOf(task: AnyTask, manifest: ManifestOf<TaskName>, model: string): AnswerReview<TaskName> {
  if (task.review === undefined) throw new ModelwrightError("REVIEW_TASK_UNSUPPORTED", { model, task: manifest.task });
  return task.review;
}

interface Ordered {
  readonly task: AnyTask;
  readonly review: AnswerReview<TaskName>;
  readonly manifest: ManifestOf<TaskName>;
  readonly model: string;
}

function checkOrder(order: ReviewOrder, { task, review, manifest, model }: Ordered): void {
  const impossible: Partial<Record<ReviewOrder, string>> = {
    ...(review.doubt === undefined && { uncertainty: "its answers do not say how sure they are" }),
    ...(task.family.doubts === undefined && { errors: "its answers give labels no probability" }),
  };
  const because = impossible[order];
  if (because === undefined) return;
  const orders = REVIEW_ORDERS.filter((each) => impossible[each] === undefined);
  throw new ModelwrightError("REVIEW_ORDER_UNSUPPORTED", { model, task: manifest.task, order, because, orders });
}

interface ChosenFrom {
  readonly task: AnyTask;
  readonly review: AnswerReview<TaskName>;
  readonly labelled: LabelledContents;
  readonly candidates: ReviewCandidates;
  readonly manifests: VersionManifests;
}

async function choose(order: ReviewOrder, count: number, from: ChosenFrom): Promise<readonly Choice[]> {
  const { candidates, labelled } = from;
  const firstOf = (found: readonly Candidate[], reason: Choice["reason"]) =>
    found.map((candidate): Choice => ({ candidate, reason }));
  const orders: Readonly<Record<ReviewOrder, () => Promise<readonly Choice[]>>> = {
    uncertainty: async () => firstOf(candidates.unsure(), "uncertainty"),
    disagreement: async () => firstOf(candidates.disputed(), "disagreement"),
    diversity: async () => firstOf(farthest(candidates.drawn(), labelled.drawn(), count), "diversity"),
    errors: () => errorsOf(from),
    random: async () => firstOf(candidates.drawn(), "random"),
    mixed: async () => {
      const sources: Sources = {
        uncertainty: await orders.uncertainty(),
        disagreement: await orders.disagreement(),
        errors: await orders.errors(),
        random: await orders.random(),
      };
      return chooseMixed(sources, count);
    },
  };
  return (await orders[order]()).slice(0, count);
}

function farthest(drawn: readonly Candidate[], labelled: readonly LabelledContent[], count: number): Candidate[] {
  const besides = labelled.slice(0, MOST_BESIDES).map(({ prediction }) => prediction.item);
  const vectors = itemVectors([...drawn.map(({ item }) => item), ...besides]);
  const places = chooseSpread(vectors, {
    count: Math.min(count, drawn.length),
    besides: besides.map((_, place) => drawn.length + place),
    worth: (_, likest) => -likest,
  });
  return places.map((place) => drawn[place]!);
}

async function errorsOf({ task, labelled, manifests, review }: ChosenFrom): Promise<readonly Choice[]> {
  const drawn = labelled.drawn();
  const versions = new Set(drawn.map(({ prediction }) => prediction.version));
  const known = new Map<number, ManifestOf<TaskName> | undefined>();
  for (const version of versions) known.set(version, await manifests.of(version));
  return suspectedErrors(task, drawn, (version) => known.get(version)).map((suspected) => ({
    ...toChoice(suspected.labelled, review, "errors"),
    suspected,
  }));
}

function toChoice(
  { key, prediction }: LabelledContent,
  review: AnswerReview<TaskName>,
  reason: Choice["reason"],
): Choice {
  const { id, version, item, answer } = prediction;
  const said = answer === undefined ? undefined : review.said(answer as never);
  const probability = answer === undefined ? undefined : review.probability?.(answer as never);
  const candidate: Candidate = {
    key,
    prediction: id,
    isShadow: false,
    version,
    item,
    said,
    probability,
    doubt: undefined,
    weighed: undefined,
    isDisputed: false,
    other: undefined,
    isDisliked: false,
  };
  return { candidate, reason };
}

/** What is labelled a second time stands between the others, evenly. */
function woven(chosen: readonly Choice[], again: readonly Choice[]): readonly Choice[] {
  const keys = new Set(again.map(({ candidate }) => candidate.key));
  const others = chosen.filter(({ candidate }) => !keys.has(candidate.key));
  const placed = [
    ...others.map((choice, at) => ({ choice, at: (at + 0.5) / others.length })),
    ...again.map((choice, at) => ({ choice, at: (at + 0.5) / again.length })),
  ];
  return placed.sort((a, b) => a.at - b.at).map(({ choice }) => choice);
}
