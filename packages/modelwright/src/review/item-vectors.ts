import { fitTfidf, type SparseVector } from "@modelwright/data";
import type { JsonValue } from "@modelwright/registry";

/** Items as vectors of length 1, whose product is how alike two of them are: 1 the same, 0 nothing in common. */
export interface ItemVectors {
  readonly width: number;
  readonly vectors: readonly SparseVector[];
}

type Row = Readonly<Record<string, JsonValue>>;

/** Texts by their words (TF-IDF), rows by their columns. */
export function itemVectors(items: readonly JsonValue[]): ItemVectors {
  const texts = items.map(textOf);
  return texts.every((text) => text !== undefined) ? textVectors(texts) : rowVectors(items as readonly Row[]);
}

/** The text of an item, or the two of a pair; undefined of a row of a table. */
function textOf(item: JsonValue): string | undefined {
  if (typeof item === "string") return item;
  if (typeof item !== "object" || item === null || Array.isArray(item)) return JSON.stringify(item);
  const { text, second, ...rest } = item as Row;
  const isPair = typeof text === "string" && typeof second === "string" && Object.keys(rest).length === 0;
  return isPair ? `${text}\n${second}` : undefined;
}

function textVectors(texts: readonly string[]): ItemVectors {
  const tfidf = fitTfidf(texts);
  return { width: tfidf.vocabularySize, vectors: texts.map((text) => tfidf.transform(text)) };
}

/**
 * Each column weighs the same. Two categories are alike or not; two numbers by how many lie between them: the rank of a
 * number is an angle, from 0 for the smallest to a right one for the largest, whose cosine and sine are its two places.
 */
function rowVectors(rows: readonly Row[]): ItemVectors {
  const places = new Map<string, number>();
  const placeOf = (name: string) => {
    const known = places.get(name) ?? places.size;
    places.set(name, known);
    return known;
  };
  const ranks = new Map(columnsOf(rows).map((column) => [column, ranksOf(rows, column)]));
  const vectors = rows.map((row): SparseVector => {
    const found: [place: number, value: number][] = [];
    for (const [column, value] of Object.entries(row)) {
      if (value === null) continue;
      const rank = typeof value === "number" ? ranks.get(column)!(value) : undefined;
      if (rank === undefined) found.push([placeOf(JSON.stringify([column, value])), 1]);
      else {
        const angle = (rank * Math.PI) / 2;
        found.push([placeOf(JSON.stringify([column])), Math.cos(angle)]);
        found.push([placeOf(JSON.stringify([column, "rank"])), Math.sin(angle)]);
      }
    }
    found.sort(([a], [b]) => a - b);
    const length = Math.hypot(...found.map(([, value]) => value));
    return {
      indices: Int32Array.from(found, ([place]) => place),
      values: Float32Array.from(found, ([, value]) => value / length),
    };
  });
  return { width: places.size, vectors };
}

function columnsOf(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

/** The share of a column's numbers that are smaller, those that are equal by half. */
function ranksOf(rows: readonly Row[], column: string): (value: number) => number {
  const sorted = Float64Array.from(
    rows.flatMap((row) => (typeof row[column] === "number" ? [row[column]] : [])),
  ).sort();
  const first = (isCounted: (each: number) => boolean) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isCounted(sorted[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return (value) => (first((each) => each < value) + first((each) => each <= value)) / (2 * sorted.length);
}
