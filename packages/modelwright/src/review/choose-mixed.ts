import { chooseSpread } from "./choose-spread.ts";
import { itemVectors } from "./item-vectors.ts";
import type { Candidate } from "./review-candidates.ts";
import type { Choice, ReviewReason } from "./review-order.ts";

/**
 * Whose turn it is: of ten places six are for what the model is unsure of, and two for anything, which teaches more than
 * two more of the same (decision 097).
 */
const TURNS: readonly ReviewReason[] = [
  "uncertainty",
  "uncertainty",
  "disagreement",
  "uncertainty",
  "random",
  "uncertainty",
  "uncertainty",
  "errors",
  "uncertainty",
  "random",
];

/** What there is to choose from, by the reason to. */
export type Sources = Readonly<Record<"uncertainty" | "disagreement" | "errors" | "random", readonly Choice[]>>;

type Source = keyof Sources;

/** How much each source wants its choices, from 0 to 1: by the largest doubt in it, and by the place, where it has an order. */
const WORTH: Readonly<
  Record<Source, (choice: Choice, of: { readonly doubt: number; readonly place: number }) => number>
> = {
  uncertainty: ({ candidate }, of) => (candidate.doubt ?? 0) / of.doubt,
  disagreement: ({ candidate }, of) => (1 + (candidate.doubt ?? 0) / of.doubt) / 2,
  errors: ({ suspected }) => 1 - suspected!.probability,
  random: (_, { place }) => 1 - place,
};

interface Pooled {
  readonly candidate: Candidate;
  readonly wanted: Map<ReviewReason, { readonly choice: Choice; readonly worth: number }>;
}

/**
 * A bit of everything: each turn takes the most wanted of its source, and what is like something chosen before is wanted
 * the less, but for what is drawn at random. A source that is empty gives its turn to what the model is unsure of, or, where
 * no answer tells that, to what is unlike the others.
 */
export function chooseMixed(sources: Sources, count: number): Choice[] {
  const pool = poolOf(sources);
  const vectors = itemVectors(pool.map(({ candidate }) => candidate.item));
  const fallback = sources.uncertainty.length > 0 ? 0 : 1;
  const turnOf = (turn: number) => TURNS[turn % TURNS.length]!;
  const places = chooseSpread(vectors, {
    count,
    worth: (place, likest, turn) => {
      const { wanted } = pool[place]!;
      const own = wanted.get(turnOf(turn));
      if (own === undefined) return (wanted.get("uncertainty")?.worth ?? fallback) * (1 - likest);
      // Whose turn it is comes before all others.
      return 1 + (turnOf(turn) === "random" ? own.worth : own.worth * (1 - likest));
    },
  });
  return places.map((place, turn) => {
    const { wanted } = pool[place]!;
    return (wanted.get(turnOf(turn)) ?? [...wanted.values()][0]!).choice;
  });
}

/** Each content once, with all the reasons to choose it. */
function poolOf(sources: Sources): readonly Pooled[] {
  const pool = new Map<number, Pooled>();
  for (const [source, choices] of Object.entries(sources) as [Source, readonly Choice[]][]) {
    const doubt = Math.max(Number.MIN_VALUE, ...choices.map(({ candidate }) => candidate.doubt ?? 0));
    for (const [place, choice] of choices.entries()) {
      const { key } = choice.candidate;
      const pooled = pool.get(key) ?? { candidate: choice.candidate, wanted: new Map() };
      const worth = WORTH[source](choice, { doubt, place: place / choices.length });
      pooled.wanted.set(source, { choice, worth });
      pool.set(key, pooled);
    }
  }
  return [...pool.values()];
}
