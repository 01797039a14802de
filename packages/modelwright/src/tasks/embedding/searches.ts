import { normalizedText } from "@modelwright/data";
import type { ExampleRow, ExampleRows } from "./rows.ts";

/** What is searched with the rows of a split, and what is to be found. */
export interface SearchPlan {
  /** One for each row. */
  readonly queries: readonly string[];
  readonly documents: readonly string[];
  /** Numbers of the documents that belong to each query. */
  readonly relevant: readonly (readonly number[])[];
  /** Whether document i is query i itself. */
  readonly isSelf: boolean;
}

/** Searches over the rows of a split that are no scored pairs. */
export function planSearches({ examples, rows }: ExampleRows): SearchPlan {
  return examples === "labels" ? searchLabels(rows) : searchPositives(rows);
}

/** Texts of one label are to be found by each other. */
function searchLabels(rows: readonly ExampleRow[]): SearchPlan {
  const texts = rows.map(({ text }) => text);
  const members = new Map<string | undefined, number[]>();
  for (const [row, { label }] of rows.entries()) members.set(label, [...(members.get(label) ?? []), row]);
  const relevant = rows.map(({ label }, row) => members.get(label)!.filter((other) => other !== row));
  return { queries: texts, documents: texts, relevant, isSelf: true };
}

/** What belongs to a text is to be found among all that belongs to any, and among the texts that belong to none. */
function searchPositives(rows: readonly ExampleRow[]): SearchPlan {
  const numbers = new Map<string, number>();
  const documents: string[] = [];
  const numberOf = (text: string) => {
    const key = normalizedText(text);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, documents.length);
    return documents.push(text) - 1;
  };
  const positives = new Map<string, Set<number>>();
  for (const { text, positive = "", negative } of rows) {
    const key = normalizedText(text);
    positives.set(key, (positives.get(key) ?? new Set()).add(numberOf(positive)));
    if (negative !== undefined) numberOf(negative);
  }
  const relevant = rows.map(({ text }) => [...positives.get(normalizedText(text))!]);
  return { queries: rows.map(({ text }) => text), documents, relevant, isSelf: false };
}
