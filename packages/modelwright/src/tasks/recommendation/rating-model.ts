import type { EventRows } from "@modelwright/data";
import { type GraphBuilder, tensor, type Value } from "@modelwright/engine";
import { type EventMatrix, type RatingFactors, ratingFactors, ratingOf, ratingUser } from "@modelwright/training";
import type { Lesson } from "./catalogue.ts";
import type { RankerRecipe } from "./rankers/ranker.ts";
import { solveRidge } from "./solve-ridge.ts";

/** Predicts the ratings that users give. */
export interface RatingModel {
  readonly regularisation: number;
  readonly factors: RatingFactors;
  /** Between which ratings lie. */
  readonly lowest: number;
  readonly highest: number;
}

const REGULARISATIONS = [3, 6, 12];
const ITERATIONS = 12;
/** Steps in which a user's vector is solved; so many solve it exactly for vectors that are no wider. */
const STEPS = 18;

/** Chooses the regularisation by held-out ratings, then learns from all. Undefined where it was stopped. */
export function fitRatings(
  { learnt, held, all }: { readonly learnt: Lesson; readonly held: EventRows; readonly all: Lesson },
  { model, train }: RankerRecipe,
  shouldStop: () => boolean,
): RatingModel | undefined {
  const options = { factors: model.ratingFactors, iterations: ITERATIONS, seed: train.seed, shouldStop };
  let best: { readonly regularisation: number; readonly error: number } | undefined;
  for (const regularisation of REGULARISATIONS) {
    const factors = ratingFactors(learnt.events, { ...options, regularisation });
    if (factors === undefined) return undefined;
    const error = squaredError({ ...rangeOf(learnt.events), regularisation, factors }, learnt, held);
    if (best === undefined || error < best.error) best = { regularisation, error };
  }
  const { regularisation } = best!;
  const factors = ratingFactors(all.events, { ...options, regularisation });
  return factors && { ...rangeOf(all.events), regularisation, factors };
}

function rangeOf({ ratings }: EventMatrix): Pick<RatingModel, "lowest" | "highest"> {
  return {
    lowest: ratings!.reduce((a, b) => Math.min(a, b)),
    highest: ratings!.reduce((a, b) => Math.max(a, b)),
  };
}

/** Of the ratings of users and items that are known; 0 where none is. */
function squaredError(model: RatingModel, { users, catalogue, events }: Lesson, { rows }: EventRows): number {
  const numbers = new Map(users.map((user, number) => [user, number]));
  const vectors = new Map<number, Float64Array>();
  let [sum, count] = [0, 0];
  for (const { user, item, rating } of rows) {
    const [place, number] = [numbers.get(user), catalogue.numbers.get(item)];
    if (place === undefined || number === undefined) continue;
    const [from, to] = [events.starts[place]!, events.starts[place + 1]!];
    const vector =
      vectors.get(place) ??
      ratingUser(model.factors, {
        items: events.columns.subarray(from, to),
        ratings: events.ratings!.subarray(from, to),
      });
    vectors.set(place, vector);
    sum += (clamped(model, ratingOf(model.factors, vector, number)) - rating!) ** 2;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

function clamped({ lowest, highest }: RatingModel, rating: number): number {
  return Math.min(highest, Math.max(lowest, rating));
}

/**
 * The ratings that users are expected to give to items.
 *
 * @param rated What a user rated, as `RecommenderParts.rate` is given it.
 * @param chosen int64 `[batch, k]`: numbers of items.
 * @returns float32 `[batch, k]`.
 */
export function compileRatings(
  b: GraphBuilder,
  { factors, lowest, highest }: RatingModel,
  { rated, chosen }: { readonly rated: { readonly ids: Value; readonly ratings: Value }; readonly chosen: Value },
): Value {
  const { width, offsets, rows } = factors;
  const items = offsets.length;
  // One more row, of zeros, for none.
  const all = new Float32Array((items + 1) * width);
  all.set(rows);
  const table = b.initializer(b.scoped("rows"), tensor("float32", [items + 1, width], all));
  const given = b.initializer(b.scoped("offsets"), tensor("float32", [items + 1], Float32Array.from([...offsets, 0])));
  const history = b.op("Gather", [table, rated.ids]); // [batch, history, width]
  const left = b.op("Sub", [rated.ratings, b.op("Gather", [given, rated.ids])]);
  const turned = b.op("Transpose", [history], { perm: [0, 2, 1] });
  const right = b.op("MatMul", [turned, b.op("Unsqueeze", [left, b.ints([2])])]);
  const user = solveRidge(b, history, right, STEPS);
  const own = b.op("Squeeze", [b.op("MatMul", [b.op("Gather", [table, chosen]), user]), b.ints([2])]);
  const expected = b.op("Add", [own, b.op("Gather", [given, chosen])]);
  return b.op("Min", [b.op("Max", [expected, b.scalar(lowest)]), b.scalar(highest)]);
}
