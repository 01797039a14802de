import type { OwnManifestOf } from "@modelwright/contracts";
import type { AnomalyStatus } from "@modelwright/data";
import type { AnomalyRecipe } from "./detectors/detector.ts";

export type Threshold = OwnManifestOf<"anomaly-detection">["threshold"];

/** Known anomalies from which on a threshold is told from them by default. */
const ENOUGH_KNOWN = 10;

interface ScoredRows {
  readonly oddness: Float64Array;
  readonly statuses: readonly AnomalyStatus[];
}

/** A place of the order by oddness, with what is flagged above it. */
interface Place {
  readonly oddness: number;
  readonly right: number;
  readonly wrong: number;
}

/**
 * From which oddness on a row is flagged, as the recipe asks.
 *
 * @returns With what a reader should know of it.
 */
export function chooseThreshold(
  rows: ScoredRows,
  { by, share, precision }: AnomalyRecipe["model"]["threshold"],
): { readonly threshold: Threshold; readonly warnings: readonly string[] } {
  const known = rows.statuses.filter((status) => status === "anomaly").length;
  const how = by === "auto" ? (known >= ENOUGH_KNOWN ? "f1" : "share") : by;
  if (how === "share") return { threshold: told(rows, "share", -Math.log(share)), warnings: [] };
  if (known === 0) {
    const lack = `no known anomaly among the training and validation rows: the threshold is that of model.threshold.share, ${share}`;
    return { threshold: told(rows, "share", -Math.log(share)), warnings: [lack] };
  }
  const places = placesOf(rows);
  if (how === "f1")
    return {
      threshold: told(
        rows,
        "f1",
        below(
          places,
          bestOf(places, (each) => f1(each, known)),
        ),
      ),
      warnings: [],
    };
  const isEnough = places.map(({ right, wrong }) => right / (right + wrong) >= precision);
  const last = isEnough.lastIndexOf(true);
  if (last >= 0) return { threshold: told(rows, "precision", below(places, last)), warnings: [] };
  const best = bestOf(places, ({ right, wrong }) => right / (right + wrong));
  const threshold = told(rows, "precision", below(places, best));
  const reached = threshold.known!.precision.toFixed(3);
  return {
    threshold,
    warnings: [
      `no threshold reaches a precision of ${precision} on the training and validation rows; the best, ${reached}, was taken`,
    ],
  };
}

const f1 = ({ right, wrong }: Place, known: number) => (2 * right) / (right + wrong + known);

/** The first place of the largest value: fewer rows are flagged. */
function bestOf(places: readonly Place[], measureOf: (place: Place) => number): number {
  return places.reduce((best, place, at) => (measureOf(place) > measureOf(places[best]!) ? at : best), 0);
}

/** A threshold right below a place: half way to the next one. */
function below(places: readonly Place[], at: number): number {
  return (places[at]!.oddness + (places[at + 1]?.oddness ?? 0)) / 2;
}

/** Each oddness of a row that is known to be ordinary or an anomaly, falling. */
function placesOf({ oddness, statuses }: ScoredRows): Place[] {
  const order = [...oddness.keys()]
    .filter((row) => statuses[row] !== "unknown")
    .sort((a, b) => oddness[b]! - oddness[a]!);
  const places: Place[] = [];
  let [right, wrong] = [0, 0];
  for (const [rank, row] of order.entries()) {
    if (statuses[row] === "anomaly") right++;
    else wrong++;
    const next = order[rank + 1];
    if (next === undefined || oddness[next]! < oddness[row]!) places.push({ oddness: oddness[row]!, right, wrong });
  }
  return places;
}

/** A threshold with what it does to the rows that it was chosen by. */
function told({ oddness, statuses }: ScoredRows, by: Threshold["by"], least: number): Threshold {
  const flagged = [...oddness.keys()].filter((row) => oddness[row]! > least);
  const known = statuses.filter((status) => status === "anomaly").length;
  const right = flagged.filter((row) => statuses[row] === "anomaly").length;
  const wrong = flagged.filter((row) => statuses[row] === "ordinary").length;
  return {
    by,
    oddness: least,
    share: flagged.length / oddness.length,
    ...(known === 0
      ? {}
      : {
          known: { rows: known, precision: right + wrong === 0 ? 0 : right / (right + wrong), recall: right / known },
        }),
  };
}
