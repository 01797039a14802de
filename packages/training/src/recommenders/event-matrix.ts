/** Who chose what, as rows of users: those of user u are `starts[u]` to `starts[u + 1]`, their items ascending. */
export interface EventMatrix {
  readonly users: number;
  readonly items: number;
  /** `[users + 1]`. */
  readonly starts: Int32Array;
  /** `[events]`. */
  readonly columns: Int32Array;
  /** What each item got, `[events]`. Absent: events say nothing but that something was chosen. */
  readonly ratings?: Float32Array;
}

/** Events in any order as rows of users; of two of one user and item the later one in this order counts. */
export function eventMatrix(
  { users, items }: Pick<EventMatrix, "users" | "items">,
  events: { readonly users: Int32Array; readonly items: Int32Array; readonly ratings?: Float32Array | undefined },
): EventMatrix {
  const order = Array.from(events.users.keys()).sort(
    (a, b) => events.users[a]! - events.users[b]! || events.items[a]! - events.items[b]! || a - b,
  );
  const isLast = (i: number) => {
    const [event, next] = [order[i]!, order[i + 1]];
    return (
      next === undefined || events.users[event] !== events.users[next] || events.items[event] !== events.items[next]
    );
  };
  const kept = order.filter((_, i) => isLast(i));
  const starts = new Int32Array(users + 1);
  for (const event of kept) starts[events.users[event]! + 1]!++;
  for (let user = 0; user < users; user++) starts[user + 1]! += starts[user]!;
  const { ratings } = events;
  return {
    users,
    items,
    starts,
    columns: Int32Array.from(kept, (event) => events.items[event]!),
    ...(ratings === undefined ? {} : { ratings: Float32Array.from(kept, (event) => ratings[event]!) }),
  };
}

/** The same as rows of items, whose columns are users. */
export function transposed({ users, items, starts, columns, ratings }: EventMatrix): EventMatrix {
  const turned = new Int32Array(items + 1);
  for (const item of columns) turned[item + 1]!++;
  for (let item = 0; item < items; item++) turned[item + 1]! += turned[item]!;
  const next = turned.slice(0, items);
  const rows = new Int32Array(columns.length);
  const moved = ratings && new Float32Array(columns.length);
  for (let user = 0; user < users; user++) {
    for (let at = starts[user]!; at < starts[user + 1]!; at++) {
      const to = next[columns[at]!]!++;
      rows[to] = user;
      if (moved !== undefined) moved[to] = ratings![at]!;
    }
  }
  return {
    users: items,
    items: users,
    starts: turned,
    columns: rows,
    ...(moved === undefined ? {} : { ratings: moved }),
  };
}

/** The events of some items alone, which are numbered anew in the order of `kept`. */
export function withItems(matrix: EventMatrix, kept: Int32Array): EventMatrix {
  const numbers = new Int32Array(matrix.items).fill(-1);
  for (const [number, item] of kept.entries()) numbers[item] = number;
  const starts = new Int32Array(matrix.users + 1);
  const columns: number[] = [];
  for (let user = 0; user < matrix.users; user++) {
    const own: number[] = [];
    for (let at = matrix.starts[user]!; at < matrix.starts[user + 1]!; at++) {
      const number = numbers[matrix.columns[at]!]!;
      if (number >= 0) own.push(number);
    }
    columns.push(...own.sort((a, b) => a - b));
    starts[user + 1] = columns.length;
  }
  return { users: matrix.users, items: kept.length, starts, columns: Int32Array.from(columns) };
}

/** How many users chose each item, `[items]`. */
export function itemCounts({ items, columns }: EventMatrix): Float32Array {
  const counts = new Float32Array(items);
  for (const item of columns) counts[item]!++;
  return counts;
}
