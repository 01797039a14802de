import type { EventRow, EventRows, ItemTable } from "@modelwright/data";
import type { Histories } from "@modelwright/inference";
import { type EventMatrix, eventMatrix } from "@modelwright/training";

/** Everything that may be recommended, in the order of the graph. */
export interface Catalogue {
  readonly items: readonly string[];
  readonly numbers: ReadonlyMap<string, number>;
  /** One per item, "" where there is none. Absent: none is known. */
  readonly titles?: readonly string[];
  /** What is known of the items, with a row for each that is in it. Absent: nothing is. */
  readonly known?: ItemTable;
}

/** Events as models learn from them. */
export interface Lesson {
  readonly catalogue: Catalogue;
  readonly users: readonly string[];
  /** All events, with ratings where there are some. */
  readonly events: EventMatrix;
  /** Those that count as liked. */
  readonly liked: EventMatrix;
  /** From which rating on they do. Absent: all do. */
  readonly relevant?: number | undefined;
}

/** The items of events and of what is known of items: those of events first, each in the order of their names. */
export function catalogueOf(parts: readonly EventRows[]): Catalogue {
  const chosen = [...new Set(parts.flatMap(({ rows }) => rows.map(({ item }) => item)))].sort();
  const isChosen = new Set(chosen);
  const known = parts[0]?.known;
  const others = known === undefined ? [] : known.items.filter((item) => !isChosen.has(item)).sort();
  const items = [...chosen, ...others];
  const numbers = new Map(items.map((item, number) => [item, number]));
  if (known === undefined) return { items, numbers };
  const places = new Map(known.items.map((item, place) => [item, place]));
  const titles = known.titles && items.map((item) => known.titles![places.get(item) ?? -1] ?? "");
  return { items, numbers, known, ...(titles === undefined ? {} : { titles }) };
}

/** Events as rows of users, who are in the order of their names. */
export function lessonOf(parts: readonly EventRows[], catalogue: Catalogue): Lesson {
  const rows = parts.flatMap((part) => part.rows);
  const relevant = parts[0]?.relevant;
  const users = [...new Set(rows.map(({ user }) => user))].sort();
  const numbers = new Map(users.map((user, number) => [user, number]));
  const matrix = (of: readonly EventRow[]) =>
    eventMatrix(
      { users: users.length, items: catalogue.items.length },
      {
        users: Int32Array.from(of, ({ user }) => numbers.get(user)!),
        items: Int32Array.from(of, ({ item }) => catalogue.numbers.get(item)!),
        ratings: relevant === undefined ? undefined : Float32Array.from(of, ({ rating }) => rating!),
      },
    );
  const events = matrix(rows);
  return { catalogue, users, events, liked: relevant === undefined ? events : likedOf(events, relevant), relevant };
}

/** Events whose rating counts as liked: of several of one user and item the last decides. */
function likedOf({ users, items, starts, columns, ratings }: EventMatrix, relevant: number): EventMatrix {
  const kept: number[] = [];
  const from = new Int32Array(users + 1);
  for (let user = 0; user < users; user++) {
    for (let at = starts[user]!; at < starts[user + 1]!; at++) if (ratings![at]! >= relevant) kept.push(columns[at]!);
    from[user + 1] = kept.length;
  }
  return { users, items, starts: from, columns: Int32Array.from(kept) };
}

/** What the graph remembers of users. */
export function historiesOf({ users, events }: Lesson): Histories {
  const { starts, columns, ratings } = events;
  return { users, starts, items: columns, ...(ratings === undefined ? {} : { ratings }) };
}

/** The share of users who liked each item, float32 `[items]`. */
export function popularityOf({ liked, users }: Pick<Lesson, "liked" | "users">): Float32Array {
  const counts = new Float32Array(liked.items);
  for (const item of liked.columns) counts[item]!++;
  return counts.map((count) => count / users.length);
}
