import { type ColumnSketch, guessColumn, type TableSketch } from "@modelwright/data";
import { plainText } from "../../wording/plain-text.ts";
import type { DataLook, RecipeDraft } from "../recipe-draft.ts";

const REST = `# Every other value has a default, which the run prints. Those that are changed first:
#   items: { source: items.csv, id: item }   # under data: what is known of items; its titles stand in answers
#   split: { by: last }             # under data: the last event of each user is the test, instead of the last of all
# model: { candidates: [item-to-item, matrix-factorisation, two-towers] }   # two-towers reads what is known of items
# evaluate: { gates: { recall10: { min: 0.1 } } }   # a model below a gate is kept, but does not become the champion
`;

/** Other columns than those of events; with more of them a row tells something else. */
const MOST_OTHERS = 4;

/** A recipe for a table of events: a column of users and one of items, whose names repeat. */
export function draftRecommender(look: DataLook): RecipeDraft | undefined {
  if (look.kind !== "table") return undefined;
  const { sketch, named } = look;
  if (Object.values(named).some((column) => column !== undefined)) return undefined;
  const user = guessColumn("user", sketch);
  const item = guessColumn("item", sketch, [user]);
  if (user === undefined || item === undefined || !repeats(sketch, user) || !repeats(sketch, item)) return undefined;
  const rating = guessColumn("rating", sketch, [user, item]);
  const time = guessColumn("time", sketch, [user, item, rating]);
  const text = guessColumn("text", sketch, [user, item, rating, time]);
  const columns = {
    user,
    item,
    ...(rating === undefined ? {} : { rating }),
    ...(time === undefined ? {} : { time }),
  };
  const others = sketch.columns.length - Object.keys(columns).length;
  return {
    likeness: text !== undefined ? 0.5 : others > MOST_OTHERS ? 0.4 : 0.8,
    columns,
    rest: REST,
    found: `who chose what: ${Object.entries(columns)
      .map(([role, column]) => `${role} in "${plainText(column)}"`)
      .join(", ")}`,
    warnings:
      time === undefined
        ? ["no column says when: events will be split at random, so that the model may know what came later"]
        : [],
    details: { ...columns, rows: sketch.rows },
  };
}

/** Whether a column names the same things again and again. */
function repeats({ columns }: TableSketch, name: string): boolean {
  const { filled, counts } = columns.find((column) => column.name === name) as ColumnSketch;
  return counts.size >= 2 && counts.size * 2 <= filled;
}
