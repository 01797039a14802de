import { createHash } from "node:crypto";
import type { TrafficPolicy } from "./traffic-policy.ts";

/** Bits of a hash that decide: as many as a double holds without rounding, less some. */
const BITS = 48;

/**
 * Where a unit stands among all, in [0, 1): the same for the same policy wherever and whenever it is asked, and as if drawn
 * anew for another policy. By SHA-256, of which no part follows from another, so that units that are alike stand apart.
 */
export function placeOf({ id }: Pick<TrafficPolicy, "id">, unit: string): number {
  const digest = createHash("sha256").update(`${id}\0${unit}`).digest();
  return digest.readUIntBE(0, BITS / 8) / 2 ** BITS;
}

type Share = Pick<TrafficPolicy, "kind" | "percent">;

/** Whose request it is, to a policy. */
export interface Requester {
  readonly subject?: string | undefined;
  /** Id of the client's key. */
  readonly client?: string | undefined;
  /** Id of the request. */
  readonly request: string;
}

/** What stays with one version. Names of different kinds never meet. */
const UNITS: Readonly<Record<TrafficPolicy["unit"], (requester: Requester) => string | undefined>> = {
  subject: ({ subject }) => (subject === undefined ? undefined : `subject ${subject}`),
  client: ({ client }) => (client === undefined ? undefined : `client ${client}`),
};

export function unitOf({ unit }: Pick<TrafficPolicy, "unit">, requester: Requester): string {
  return UNITS[unit](requester) ?? `request ${requester.request}`;
}

/** Which version answers a unit: the challenger the first so many of a hundred, so that a larger share only takes more. */
export function armAt({ kind, percent }: Share, place: number): "champion" | "challenger" {
  return kind !== "shadow" && place * 100 < percent ? "challenger" : "champion";
}

/** Whether a challenger is asked unheard what a unit asks the champion. */
export function isShadowed({ kind, percent }: Share, place: number): boolean {
  return kind === "shadow" && place * 100 < percent;
}

/**
 * Whether what a unit got counts when the arms are compared.
 *
 * Of a canary, whose share grows, only as many of the champion's units count as the challenger has: with all of them the
 * days on which it had few would weigh differently in both arms. Those counted stay counted, as the challenger's do.
 */
export function isCompared({ kind, percent }: Share, place: number): boolean {
  if (kind === "shadow") return place * 100 < percent;
  if (kind === "split") return true;
  const share = Math.min(percent, 100 - percent) / 100;
  return place < share || place >= 1 - share;
}
