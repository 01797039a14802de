import { type Measure, ModelwrightError } from "@modelwright/contracts";
import {
  type AgreementOf,
  agreementInterval,
  cohenKappaOf,
  fleissKappaOf,
  krippendorffAlphaOf,
  krippendorffAlphaOfNumbers,
} from "@modelwright/evaluation";
import type { JsonValue, Registry } from "@modelwright/registry";
import { canonicalJson } from "../feedback/canonical-json.ts";
import type { TruthKind } from "../tasks/answer-review.ts";
import { STAGES } from "../tasks/tasks.ts";
import { contentKey } from "./content-key.ts";
import { reviewOf } from "./next-reviews.ts";

/** Labels of a content by who gave them: of each person the last. */
interface Unit {
  readonly prediction: string;
  readonly item: JsonValue | undefined;
  readonly labels: Map<string, JsonValue>;
}

/** What two people agree on. */
export interface PairAgreement {
  readonly labellers: readonly [string, string];
  /** Contents that both labelled. */
  readonly contents: number;
  /** The share of them to which they gave the same. */
  readonly same: number;
  /** Cohen's kappa; absent of numbers, and where both gave everything one label. */
  readonly kappa?: Measure;
}

/** What labellers make of one label: whether it is there or not. */
export interface LabelAgreement {
  readonly label: string;
  /** Contents that somebody gave it. */
  readonly contents: number;
  readonly alpha?: Measure;
}

export interface DisputedContent {
  /** One of its predictions. */
  readonly prediction: string;
  readonly item?: JsonValue;
  readonly labels: readonly { readonly by: string; readonly value: JsonValue }[];
  /** The share of pairs of labellers who gave different labels. */
  readonly apart: number;
}

/** How far people who label a model's answers agree. */
export interface LabellerAgreement {
  readonly model: string;
  readonly labellers: readonly { readonly name: string; readonly contents: number }[];
  /** Contents that two people labelled, or more. */
  readonly contents: number;
  /** Krippendorff's alpha over all of them: of numbers by their squared differences, of all else equal or not. */
  readonly alpha?: Measure;
  /** Fleiss' kappa, over contents that as many people labelled; absent of numbers. */
  readonly fleiss?: { readonly labellers: number; readonly contents: number; readonly kappa: Measure };
  readonly pairs: readonly PairAgreement[];
  /** The least agreed on first; of numbers and texts none. */
  readonly labels: readonly LabelAgreement[];
  /** The most disputed first. */
  readonly disputed: readonly DisputedContent[];
}

export interface AgreementOptions {
  /** Default: 10. */
  readonly disputed?: number;
  /** Only labels that came from this moment on; ISO 8601, UTC. Default: all. */
  readonly from?: string;
}

const BOOTSTRAP = { resamples: 1000, seed: 0 };
/** Contents labelled by two that are looked at; the newest. */
const MOST_UNITS = 20_000;

/**
 * How far people agree who labelled the same contents, by truths and corrections that were not rejected and say who gave
 * them. People who agree no better than chance teach a model nothing.
 *
 * @throws {ModelwrightError} `REGISTRY_MODEL_UNKNOWN`, `REVIEW_TASK_UNSUPPORTED`.
 */
export async function measureLabellers(
  registry: Registry,
  model: string,
  { disputed = 10, from }: AgreementOptions = {},
): Promise<LabellerAgreement> {
  const { manifest } = await registry.resolve(model);
  const { truths } = reviewOf(STAGES[manifest.task], manifest, model);
  const all = await unitsOf(registry, model, from);
  const counts = new Map<string, number>();
  for (const { labels } of all) for (const name of labels.keys()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const units = all.filter(({ labels }) => labels.size > 1).slice(-MOST_UNITS);
  const names = [...counts.keys()].sort();
  const labellers = names.map((name) => ({ name, contents: counts.get(name)! }));
  const whole = measured(() => alphaOf(units, names, truths));
  const fleiss = truths === "number" ? undefined : fleissOf(units);
  return {
    model,
    labellers,
    contents: units.length,
    ...(whole !== undefined && { alpha: whole }),
    ...(fleiss !== undefined && { fleiss }),
    pairs: pairsOf(units, names, truths),
    labels: labelsOf(units, names, truths),
    disputed: disputedOf(units, truths).slice(0, disputed),
  };
}

async function unitsOf(registry: Registry, model: string, from: string | undefined): Promise<readonly Unit[]> {
  const units = new Map<number | string, Unit>();
  const filter = { model, kinds: ["truth", "correction"] as const, states: ["new", "accepted"] as const };
  for await (const page of registry.stores.feedback.scan({ ...filter, ...(from !== undefined && { from }) })) {
    for (const { feedback, prediction } of page) {
      const { by, value } = feedback;
      if (by === undefined) continue;
      // Without an item only the same prediction is known to be the same content.
      const key = prediction.item === undefined ? prediction.id : contentKey(prediction.item);
      const unit = units.get(key) ?? { prediction: prediction.id, item: prediction.item, labels: new Map() };
      unit.labels.set(by, value);
      units.set(key, unit);
    }
  }
  return [...units.values()];
}

/** Places of the labels among all that were given, `[labellers][units]`; −1 where one gave none. */
function ratingsOf(units: readonly Unit[], names: readonly string[]) {
  const places = new Map<string, number>();
  const raters = names.map((name) =>
    Int32Array.from(units, ({ labels }) => {
      const value = labels.get(name);
      if (value === undefined) return -1;
      const text = canonicalJson(value);
      const place = places.get(text) ?? places.size;
      places.set(text, place);
      return place;
    }),
  );
  return { categories: Math.max(1, places.size), raters };
}

function alphaOf(units: readonly Unit[], names: readonly string[], truths: TruthKind): AgreementOf {
  if (truths !== "number") return krippendorffAlphaOf(ratingsOf(units, names));
  return krippendorffAlphaOfNumbers(
    names.map((name) => Float64Array.from(units, ({ labels }) => Number(labels.get(name) ?? Number.NaN))),
  );
}

/** Undefined where nothing was labelled twice, or nothing can be said. */
function measured(of: () => AgreementOf): Measure | undefined {
  try {
    return agreementInterval(of(), BOOTSTRAP);
  } catch (error) {
    if (error instanceof ModelwrightError && error.code === "EVALUATION_EMPTY") return undefined;
    throw error;
  }
}

/** Over the contents with the number of labellers that most of them have. */
function fleissOf(units: readonly Unit[]): LabellerAgreement["fleiss"] {
  const sizes = new Map<number, Unit[]>();
  for (const unit of units) sizes.set(unit.labels.size, [...(sizes.get(unit.labels.size) ?? []), unit]);
  const [most] = [...sizes].sort(([a, some], [b, others]) => others.length - some.length || b - a);
  if (most === undefined) return undefined;
  const [labellers, own] = most;
  const places = new Map<string, number>();
  const given = own.map(({ labels }) =>
    Array.from(labels.values(), (value) => {
      const text = canonicalJson(value);
      const place = places.get(text) ?? places.size;
      places.set(text, place);
      return place;
    }),
  );
  const counts = given.map((row) => {
    const count = new Uint16Array(places.size);
    for (const place of row) count[place]!++;
    return count;
  });
  const kappa = measured(() => fleissKappaOf(counts));
  return kappa && { labellers, contents: own.length, kappa };
}

function pairsOf(units: readonly Unit[], names: readonly string[], truths: TruthKind): readonly PairAgreement[] {
  return names.flatMap((one, at) =>
    names.slice(at + 1).flatMap((other): readonly PairAgreement[] => {
      const both = units.filter(({ labels }) => labels.has(one) && labels.has(other));
      if (both.length === 0) return [];
      const same = both.filter(({ labels }) => isSame(labels.get(one)!, labels.get(other)!)).length;
      const kappa = truths === "number" ? undefined : measured(() => cohenKappaOf(ratingsOf(both, [one, other])));
      return [{ labellers: [one, other], contents: both.length, same: same / both.length, ...(kappa && { kappa }) }];
    }),
  );
}

/** What of a label each kind of truth is made of. */
const PARTS: Readonly<Record<TruthKind, (value: JsonValue) => readonly string[]>> = {
  label: (value) => [String(value)],
  flag: (value) => [String(value)],
  labels: (value) => value as readonly string[],
  spans: (value) => (value as readonly { readonly label: string }[]).map(({ label }) => label),
  number: () => [],
  text: () => [],
};

/** Whether a label was given at all; of spans, which of them have it. */
function labelsOf(units: readonly Unit[], names: readonly string[], truths: TruthKind): readonly LabelAgreement[] {
  const parts = PARTS[truths];
  const given = new Map<string, number>();
  for (const { labels } of units) {
    for (const label of new Set([...labels.values()].flatMap(parts))) given.set(label, (given.get(label) ?? 0) + 1);
  }
  return Array.from(given, ([label, contents]): LabelAgreement => {
    const alone = units.map((unit): Unit => {
      const own = Array.from(unit.labels, ([name, value]) => [name, partOf(value, label, truths)] as const);
      return { ...unit, labels: new Map(own) };
    });
    const alpha = measured(() => krippendorffAlphaOf(ratingsOf(alone, names)));
    return { label, contents, ...(alpha && { alpha }) };
  }).sort((a, b) => (a.alpha?.value ?? 1) - (b.alpha?.value ?? 1) || (a.label < b.label ? -1 : 1));
}

function partOf(value: JsonValue, label: string, truths: TruthKind): JsonValue {
  if (truths !== "spans") return PARTS[truths](value).includes(label);
  return (value as readonly { readonly label: string }[]).filter(
    (span) => span.label === label,
  ) as unknown as JsonValue;
}

function disputedOf(units: readonly Unit[], truths: TruthKind): readonly DisputedContent[] {
  return units
    .map(({ prediction, item, labels }): DisputedContent & { readonly spread: number } => {
      const values = [...labels.values()];
      const pairs = values.flatMap((a, at) => values.slice(at + 1).map((b) => [a, b] as const));
      const apart = pairs.filter(([a, b]) => !isSame(a, b)).length / pairs.length;
      const spread = truths === "number" ? Math.max(...pairs.map(([a, b]) => Math.abs(Number(a) - Number(b)))) : apart;
      const given = Array.from(labels, ([by, value]) => ({ by, value }));
      return { prediction, ...(item !== undefined && { item }), labels: given, apart, spread };
    })
    .filter(({ apart }) => apart > 0)
    .sort((a, b) => b.spread - a.spread || b.labels.length - a.labels.length || (a.prediction < b.prediction ? -1 : 1))
    .map(({ spread: _, ...content }) => content);
}

function isSame(a: JsonValue, b: JsonValue): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
