import { fitFeatures, takeRows } from "@modelwright/data";
import type { Catalogue } from "../catalogue.ts";
import type { ItemFeatures } from "./towers.ts";

/** What is known of the items of a catalogue as numbers; undefined where nothing is. */
export function itemFeatures({ items, known }: Catalogue): ItemFeatures | undefined {
  if (known === undefined || known.frame.columns.length === 0) return undefined;
  const places = new Map(known.items.map((item, place) => [item, place]));
  const rows = items.map((item) => places.get(item));
  const frame = takeRows(
    known.frame,
    Int32Array.from(rows, (place) => place ?? 0),
  );
  const fitted = fitFeatures(frame, { preset: "forNetworks" });
  return {
    features: fitted.features,
    data: fitted.apply(frame),
    known: Float32Array.from(rows, (place) => Number(place !== undefined)),
  };
}
