import type { ManifestOf } from "@modelwright/contracts";
import type { EventRow, EventRows } from "@modelwright/data";
import type { RecommendationOutcome, RecommendedUser } from "@modelwright/evaluation";
import type { Query, Recommended, Recommender } from "@modelwright/inference";

/** Users whose recommendations are computed between two looks at how far it is. */
const BATCH = 64;
const DEPTH = 10;

/** What a recommender does on the events of a split: ten items for each of its users, out of all that the user had not chosen before. */
export async function outcomeOf(
  model: Pick<Recommender, "recommend" | "manifest">,
  split: EventRows,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<RecommendationOutcome> {
  const users = eventsByUser(split);
  const names = [...users.keys()];
  const measured: RecommendedUser[] = [];
  for (let start = 0; start < names.length; start += BATCH) {
    const part = names.slice(start, start + BATCH);
    const queries = part.map((user): Query => ({ user, items: [], exclude: [], among: [] }));
    const among = queries.map((query, i) => ({ ...query, among: [...users.get(part[i]!)!.keys()] }));
    const most = among.reduce((length, query) => Math.max(length, query.among.length), 1);
    const first = await model.recommend(queries, { options: { top: DEPTH } });
    const fresh = await model.recommend(among, { options: { top: most } });
    const known = await model.recommend(among, { options: { top: most, seen: true } });
    for (const [i, user] of part.entries()) {
      measured.push(
        measuredUser(
          { user, events: users.get(user)!, first: first[i]!, fresh: fresh[i]!, known: known[i]! },
          model.manifest,
        ),
      );
    }
    onProgress(Math.min(names.length, start + BATCH), names.length);
  }
  return {
    items: model.manifest.catalogue.items,
    users: measured.filter(({ relevant, ratings }) => relevant > 0 || ratings !== undefined),
  };
}

/** The events of each user by item; of several of one item the last counts. */
function eventsByUser({ rows }: EventRows): Map<string, Map<string, EventRow>> {
  const users = new Map<string, Map<string, EventRow>>();
  for (const row of rows) {
    const own = users.get(row.user) ?? new Map<string, EventRow>();
    own.set(row.item, row);
    users.set(row.user, own);
  }
  return users;
}

function measuredUser(
  {
    user,
    events,
    first,
    fresh,
    known,
  }: {
    readonly user: string;
    readonly events: ReadonlyMap<string, EventRow>;
    readonly first: Recommended;
    /** Items of the events that the user has not chosen before, as far as the model knows. */
    readonly fresh: Recommended;
    /** All of them that the model knows. */
    readonly known: Recommended;
  },
  { relevant, ratings }: ManifestOf<"recommendation">,
): RecommendedUser {
  const isFresh = new Set(fresh.items.map(({ item }) => item));
  const predicted = new Map(known.items.map(({ item, rating }) => [item, rating]));
  const wanted = new Set(
    [...events.values()]
      .filter(({ rating }) => relevant === undefined || rating! >= relevant)
      .map(({ item }) => item)
      .filter((item) => isFresh.has(item) || !predicted.has(item)),
  );
  const list = first.items.map(({ item }) => item);
  const rated = [...events.values()];
  return {
    user,
    known: first.known,
    relevant: wanted.size,
    places: Int32Array.from(list.flatMap((item, place) => (wanted.has(item) ? [place + 1] : []))),
    first: list,
    ...(ratings === undefined
      ? {}
      : {
          ratings: {
            actual: Float64Array.from(rated, ({ rating }) => rating!),
            // Of an item that the model does not know nothing but the mean is.
            predicted: Float64Array.from(rated, ({ item }) => predicted.get(item) ?? ratings.mean),
          },
        }),
  };
}
