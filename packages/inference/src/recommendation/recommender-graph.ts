import { type Graph, GraphBuilder, tensor, type Value } from "@modelwright/engine";

/** What is known of users: who chose what, and how it was liked. */
export interface Histories {
  readonly users: readonly string[];
  /** Where the events of each user begin, `[users + 1]`. */
  readonly starts: Int32Array;
  /** Numbers of items, `[events]`. */
  readonly items: Int32Array;
  /** `[events]`. Absent: events have none. */
  readonly ratings?: Float32Array;
}

/** What a recommender is made of. */
export interface RecommenderParts {
  /** Names of items, each once. */
  readonly items: readonly string[];
  /** One per item. Absent: answers have none. */
  readonly titles?: readonly string[] | undefined;
  readonly histories: Histories;
  /** How many chose each item, `[items]`: what is recommended to users of whom nothing is known. */
  readonly popularity: Float32Array;
  /** Of rated events: from which rating on one counts as liked. */
  readonly relevant?: number | undefined;
  /**
   * Scores of all items.
   *
   * @param liked int64 `[batch, history]`: numbers of the items that a user liked, `items` where there is none.
   * @returns float32 `[batch, items]`.
   */
  score(b: GraphBuilder, liked: Value): Value;
  /**
   * Ratings that users are expected to give.
   *
   * @param rated.ids int64 `[batch, history]`: numbers of the items that a user rated, `items` where there is none.
   * @param rated.ratings float32 `[batch, history]`, what they got; 0 where there is none.
   * @param chosen int64 `[batch, k]`: items.
   * @returns float32 `[batch, k]`.
   */
  rate?(b: GraphBuilder, rated: { readonly ids: Value; readonly ratings: Value }, chosen: Value): Value;
}

/** Below every score. */
const LOWEST = -3e38;
/** Of an item that is not in the graph's answer. */
export const LEAST_SCORE = -1e38;

const INT64 = 7;
const FLOAT = 1;

/**
 * The graph of a recommender: names in, the best items out.
 *
 * Inputs: `user` string `[batch, 1]`; `items` string `[batch, given]`, what is known to have been chosen, "" where nothing; of rated events
 * `ratings` float32 beside them, NaN where one is missing; `exclude` string `[batch, excluded]` and `among` string `[batch, candidates]`, ""
 * where nothing; `seen` int64 `[batch, 1]`, 1 where what was chosen may be recommended again; `top` int64 `[1]`.
 *
 * Outputs, the best first: `item` string, `score` float32 (below −10³⁸ where no item is left), of rated events `rating` float32, with titles
 * `title` string, all `[batch, top]` or fewer; `known` bool `[batch, 1]`.
 */
export function recommenderGraph(parts: RecommenderParts): Graph {
  const { items, titles, histories, popularity, relevant } = parts;
  const count = items.length;
  const b = new GraphBuilder({ name: "recommender" });
  const user = b.input("user", "string", ["batch", 1]);
  const given = b.input("items", "string", ["batch", "given"]);
  const givenRatings = relevant === undefined ? undefined : b.input("ratings", "float32", ["batch", "given"]);
  const exclude = b.input("exclude", "string", ["batch", "excluded"]);
  const among = b.input("among", "string", ["batch", "candidates"]);
  const seen = b.input("seen", "int64", ["batch", 1]);
  const top = b.input("top", "int64", [1]);

  const none = b.scalar(count, "int64");
  const idsOf = (names: Value, otherwise: number, empty?: number) =>
    b.op("LabelEncoder", [names], {
      keys_strings: empty === undefined ? items : [...items, ""],
      values_int64s: empty === undefined ? [...items.keys()] : [...items.keys(), empty],
      default_int64: otherwise,
    });
  const isItem = (ids: Value) => b.op("Less", [ids, none]);
  const hasAny = (flags: Value) =>
    b.op("Cast", [b.op("ReduceMax", [b.op("Cast", [flags], { to: INT64 }), b.ints([1])], { keepdims: 1 })], { to: 9 });

  const { ids, ratings } = b.scope("history", () =>
    historyOf(b, { given: idsOf(given, count), givenRatings, user, histories, count, hasAny, isItem }),
  );
  const liked =
    ratings === undefined ? ids : b.op("Where", [b.op("Less", [ratings, b.scalar(relevant!)]), none, ids], {}, "liked");
  const known = hasAny(isItem(liked));
  const scored = b.scope("score", () => parts.score(b, liked));
  const popular = b.initializer("popularity", tensor("float32", [1, count], popularity));
  const scores = b.op("Where", [known, scored, popular]);

  const batch = b.op("Shape", [user], { start: 0, end: 1 });
  /** 1 at the places of ids in a row of so many, float32 `[batch, items]`. */
  const marked = (places: Value, width: number) => {
    const zeros = b.op("Expand", [b.scalar(0), b.op("Concat", [batch, b.ints([width])], { axis: 0 })]);
    const ones = b.op("Expand", [b.scalar(1), b.op("Shape", [places])]);
    const all = b.op("ScatterElements", [zeros, places, ones], { axis: 1 });
    return b.op("Slice", [all, b.ints([0]), b.ints([count]), b.ints([1])]);
  };
  const again = b.op("Cast", [seen], { to: FLOAT });
  const isOut = b.scope("left-out", () => {
    const chosen = b.op("Mul", [marked(ids, count + 1), b.op("Sub", [b.scalar(1), again])]);
    const excluded = marked(idsOf(exclude, count), count + 1);
    const candidates = idsOf(among, count + 1, count);
    const isAsked = b.op("Cast", [hasAny(b.op("Not", [b.op("Equal", [candidates, none])]))], { to: FLOAT });
    const others = b.op("Mul", [b.op("Sub", [b.scalar(1), marked(candidates, count + 2)]), isAsked]);
    return b.op("Greater", [b.op("Add", [b.op("Add", [chosen, excluded]), others]), b.scalar(0.5)]);
  });
  const kept = b.op("Where", [isOut, b.scalar(LOWEST), scores]);
  const [best, places] = b.multi("TopK", [kept, b.op("Min", [top, b.ints([count])])], 2, { axis: 1 });
  b.output(b.op("Gather", [b.strings(items), places!]), "item");
  b.output(best!, "score");
  if (parts.rate !== undefined && ratings !== undefined) {
    const isRated = b.op("Not", [b.op("IsNaN", [ratings])]);
    const rated = {
      ids: b.op("Where", [isRated, ids, none]),
      ratings: b.op("Where", [isRated, ratings, b.scalar(0)]),
    };
    b.output(
      b.scope("rate", () => parts.rate!(b, rated, places!)),
      "rating",
    );
  }
  if (titles !== undefined) b.output(b.op("Gather", [b.strings(titles), places!]), "title");
  b.output(known, "known");
  return b.build();
}

/**
 * What a user chose: what is given, where any of it is an item, and otherwise what the graph remembers.
 *
 * @returns Numbers of items, int64 `[batch, history]`, `count` where there is none; of rated events what they got, NaN where nothing is known.
 */
function historyOf(
  b: GraphBuilder,
  work: {
    readonly given: Value;
    readonly givenRatings: Value | undefined;
    readonly user: Value;
    readonly histories: Histories;
    readonly count: number;
    readonly hasAny: (flags: Value) => Value;
    readonly isItem: (ids: Value) => Value;
  },
): { readonly ids: Value; readonly ratings: Value | undefined } {
  const { given, givenRatings, user, histories, count, hasAny, isItem } = work;
  const { users, starts, items, ratings } = histories;
  const who = b.op("LabelEncoder", [user], {
    keys_strings: users,
    values_int64s: [...users.keys()],
    default_int64: users.length,
  });
  const integers = (name: string, values: Iterable<number>) => {
    const data = BigInt64Array.from(Array.from(values, BigInt));
    return b.initializer(b.scoped(name), tensor("int64", [data.length], data));
  };
  // A user nobody has seen has no events.
  const begins = integers("starts", [...starts.subarray(0, users.length), 0]);
  const lengths = integers("lengths", [...users.map((_, i) => starts[i + 1]! - starts[i]!), 0]);
  const remembers = b.op("Cast", [b.op("Not", [hasAny(isItem(given))])], { to: INT64 });
  const length = b.op("Mul", [b.op("Gather", [lengths, who]), remembers]); // [batch, 1]
  const longest = b.op("Max", [b.op("ReduceMax", [length], { keepdims: 0 }), b.scalar(1, "int64")]);
  const steps = b.op("Range", [b.scalar(0, "int64"), longest, b.scalar(1, "int64")]); // [longest]
  const isInside = b.op("Less", [steps, length]); // [batch, longest]
  const at = b.op("Where", [isInside, b.op("Add", [b.op("Gather", [begins, who]), steps]), b.scalar(0, "int64")]);
  const remembered = b.op("Where", [
    isInside,
    b.op("Gather", [integers("items", items), at]),
    b.scalar(count, "int64"),
  ]);
  const ids = b.op("Concat", [given, remembered], { axis: 1 });
  if (ratings === undefined || givenRatings === undefined) return { ids, ratings: undefined };
  const own = b.op("Gather", [b.initializer(b.scoped("ratings"), tensor("float32", [ratings.length], ratings)), at]);
  const missing = b.scalar(Number.NaN);
  const of = b.op("Where", [isInside, own, missing]);
  return { ids, ratings: b.op("Concat", [givenRatings, of], { axis: 1 }) };
}
