import { normalizedText } from "@modelwright/data";
import type { ExampleRow, ExampleRows } from "./example-rows.ts";

/** What is searched with the rows of a split, and what is to be found. Neither queries nor documents say the same twice. */
export interface SearchPlan {
  /** The first row of each text that is searched with. */
  readonly queries: readonly ExampleRow[];
  readonly documents: readonly string[];
  /** Numbers of the documents that belong to a query, itself not among them. */
  readonly relevant: (query: number) => readonly number[];
  /** The number of the document that is the query itself, which is not searched; −1 where none is. */
  readonly self: (query: number) => number;
}

/** Searches over the rows of a split that are no scored pairs. */
export function planSearches({ examples, rows }: ExampleRows): SearchPlan {
  return examples === "labels" ? searchLabels(rows) : searchPositives(rows);
}

/** Whether anything is to be found by any search. */
export function findsAnything({ queries, relevant }: SearchPlan): boolean {
  return queries.some((_, query) => relevant(query).length > 0);
}

/** Texts of one label are to be found by each other; of a text with several labels the first one counts. */
function searchLabels(rows: readonly ExampleRow[]): SearchPlan {
  const queries = [...new Map(rows.toReversed().map((row) => [normalizedText(row.text), row])).values()].reverse();
  const members = new Map<string | undefined, number[]>();
  for (const [query, { label }] of queries.entries()) {
    const own = members.get(label);
    if (own === undefined) members.set(label, [query]);
    else own.push(query);
  }
  return {
    queries,
    documents: queries.map(({ text }) => text),
    // Listed when it is asked for: half of all texts belong to each query where there are two labels.
    relevant: (query) => members.get(queries[query]!.label)!.filter((other) => other !== query),
    self: (query) => query,
  };
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
  const searches = new Map<string, { readonly row: ExampleRow; readonly positives: Set<number> }>();
  for (const row of rows) {
    const key = normalizedText(row.text);
    const search = searches.get(key) ?? { row, positives: new Set() };
    searches.set(key, search);
    search.positives.add(numberOf(row.positive ?? ""));
    if (row.negative !== undefined) numberOf(row.negative);
  }
  const all = [...searches.values()];
  const selves = Array.from(searches.keys(), (key) => numbers.get(key) ?? -1);
  return {
    queries: all.map(({ row }) => row),
    documents,
    relevant: (query) => [...all[query]!.positives].filter((document) => document !== selves[query]),
    self: (query) => selves[query]!,
  };
}
