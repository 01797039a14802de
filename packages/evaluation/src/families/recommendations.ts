import { RECOMMENDATION_METRICS, type RecommendationMetric } from "@modelwright/contracts";
import { rounded } from "../metrics/concatenated.ts";
import {
  checkRecommendationOutcome,
  type RecommendationOutcome,
  type RecommendedUser,
} from "../metrics/recommendation-outcome.ts";
import { type MetricFamily, metricNames, type PreparedOutcome, type UnitMismatch } from "./metric-family.ts";

const names = metricNames(RECOMMENDATION_METRICS);

/** Items of a list that are looked at. */
const DEPTH = 10;
/** What a relevant item is worth at a place, from 1. */
const discount = (place: number) => 1 / Math.log2(place + 1);

/** The gain of the places of relevant items, as a share of the best that so many can have (Järvelin & Kekäläinen 2002). */
function gain({ places, relevant }: RecommendedUser): number {
  const found = places.reduce((sum, place) => sum + discount(place), 0);
  let best = 0;
  for (let place = 1; place <= Math.min(relevant, DEPTH); place++) best += discount(place);
  return found / best;
}

/** What is measured of one user with something relevant. */
const OF_USERS = {
  ndcg10: gain,
  knownNdcg10: (user) => (user.known ? gain(user) : Number.NaN),
  recall10: ({ places, relevant }) => places.length / relevant,
  hitRate10: ({ places }) => (places.length > 0 ? 1 : 0),
  mrr10: ({ places }) => (places.length > 0 ? 1 / places[0]! : 0),
} as const satisfies Partial<Record<RecommendationMetric, (user: RecommendedUser) => number>>;

/** The mean of those values that are defined, each as often as its weight says. */
function meanOf(values: Float64Array): (weights: Float64Array) => number {
  return (weights) => {
    let [sum, total] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      if (Number.isNaN(values[i]!)) continue;
      sum += weights[i]! * values[i]!;
      total += weights[i]!;
    }
    return total > 0 ? sum / total : Number.NaN;
  };
}

/** The mean over all ratings of what is measured of one: users count by how many they gave. */
function meanOverRatings(
  users: readonly RecommendedUser[],
  of: (error: number) => number,
): (weights: Float64Array) => number {
  const sums = Float64Array.from(users, ({ ratings }) =>
    ratings === undefined ? 0 : ratings.actual.reduce((sum, actual, i) => sum + of(ratings.predicted[i]! - actual), 0),
  );
  const counts = Float64Array.from(users, ({ ratings }) => ratings?.actual.length ?? 0);
  return (weights) => {
    let [sum, total] = [0, 0];
    for (let i = 0; i < sums.length; i++) {
      sum += weights[i]! * sums[i]!;
      total += weights[i]! * counts[i]!;
    }
    return total > 0 ? sum / total : Number.NaN;
  };
}

/** The share of the catalogue that is recommended to any of the users that count. */
function coverage({ items, users }: RecommendationOutcome): (weights: Float64Array) => number {
  const numbers = new Map<string, number>();
  const lists = users.map(({ first }) =>
    Int32Array.from(first, (item) => {
      const number = numbers.get(item) ?? numbers.size;
      numbers.set(item, number);
      return number;
    }),
  );
  const seen = new Int32Array(numbers.size);
  let round = 0;
  return (weights) => {
    round++;
    let found = 0;
    for (const [i, list] of lists.entries()) {
      if (weights[i] === 0) continue;
      for (const item of list) {
        if (seen[item] === round) continue;
        seen[item] = round;
        found++;
      }
    }
    return found / items;
  };
}

function prepare(outcome: RecommendationOutcome): PreparedOutcome {
  checkRecommendationOutcome(outcome);
  const { users } = outcome;
  const squared = meanOverRatings(users, (error) => error * error);
  const measures: Partial<Record<RecommendationMetric, (weights: Float64Array) => number>> = {
    ...Object.fromEntries(
      Object.entries(OF_USERS).map(([name, of]) => [
        name,
        meanOf(Float64Array.from(users, (user) => (user.relevant > 0 ? of(user) : Number.NaN))),
      ]),
    ),
    coverage10: coverage(outcome),
    rmse: (weights) => Math.sqrt(squared(weights)),
    mae: meanOverRatings(users, Math.abs),
  };
  const measure = (weights: Float64Array, into: Float64Array) => {
    names.forEach((name, i) => {
      into[i] = measures[name]!(weights);
    });
  };
  const whole = new Float64Array(names.length);
  measure(new Float64Array(users.length).fill(1), whole);
  return { units: users.length, keys: names, whole, measure };
}

function mismatch(a: RecommendationOutcome, b: RecommendationOutcome): UnitMismatch | undefined {
  if (a.users.length !== b.users.length) return { what: `${a.users.length} users against ${b.users.length}` };
  const row = a.users.findIndex(({ user }, i) => user !== b.users[i]!.user);
  return row === -1 ? undefined : { what: "the users differ", row };
}

/**
 * Models that recommend, measured by users: each user with something relevant counts the same. NDCG@10 over the whole catalogue decides, as in
 * most comparisons since Steck 2019 (EASE).
 */
export const recommendationFamily: MetricFamily<RecommendationOutcome, RecommendationMetric> = {
  name: "recommendations",
  metrics: RECOMMENDATION_METRICS,
  deciding: "ndcg10",
  margin: 0.005,
  unit: "user",
  prepare,
  join: (outcomes) => ({
    items: outcomes.reduce((most, { items }) => Math.max(most, items), 0),
    users: outcomes.flatMap(({ users }) => users),
  }),
  answers: ({ users }) =>
    users.map(({ user, known, relevant, places, first, ratings }) => ({
      user,
      known,
      relevant,
      places: [...places],
      first: [...first],
      ...(ratings === undefined
        ? {}
        : { actual: [...ratings.actual], predicted: Array.from(ratings.predicted, rounded) }),
    })),
  mismatch,
};
