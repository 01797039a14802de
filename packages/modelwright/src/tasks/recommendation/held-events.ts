import type { EventRows } from "@modelwright/data";
import type { Lesson } from "./catalogue.ts";

/** A user whose events were held out, and who is known by others. */
export interface HeldUser {
  /** What the user liked and chose before, by numbers of the catalogue. */
  readonly liked: Int32Array;
  readonly chosen: Int32Array;
  /** Held-out items that the user liked and had not chosen before. */
  readonly relevant: Int32Array;
}
export type HeldEvents = readonly HeldUser[];

/** The held-out events of users whom a lesson knows, of items that it knows. */
export function heldEvents({ catalogue, users, events, liked, relevant }: Lesson, { rows }: EventRows): HeldEvents {
  const own = new Map<string, Set<number>>();
  for (const { user, item, rating } of rows) {
    const number = catalogue.numbers.get(item);
    if (number === undefined || (relevant !== undefined && rating! < relevant)) continue;
    const known = own.get(user);
    if (known === undefined) own.set(user, new Set([number]));
    else known.add(number);
  }
  return users.flatMap((user, place) => {
    const of = ({ starts, columns }: Lesson["events"]) => columns.subarray(starts[place]!, starts[place + 1]!);
    const chosen = of(events);
    const wanted = [...(own.get(user) ?? [])].filter((item) => !chosen.includes(item));
    if (wanted.length === 0 || of(liked).length === 0) return [];
    return [{ liked: of(liked), chosen, relevant: Int32Array.from(wanted) }];
  });
}
