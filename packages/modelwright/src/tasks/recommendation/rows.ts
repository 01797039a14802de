import type { ManifestOf, Recipes } from "@modelwright/contracts";
import {
  type EventRow,
  type EventRows,
  prepareEvents,
  type RoleColumns,
  readEvaluationEvents,
} from "@modelwright/data";
import { plainText, shorten } from "../../wording/plain-text.ts";
import { HeldOut } from "../held-out.ts";
import type { DataContext, EvaluationRows, EvaluationSource, PreparedData, Trial } from "../task.ts";

/** Reads, cleans and splits events. */
export async function prepareRows(
  recipe: Recipes["recommendation"],
  { baseDir, onVersion, onProgress }: DataContext,
): Promise<PreparedData<EventRows>> {
  const { train, validation, test, development, digest, report } = await prepareEvents(recipe.data, {
    baseDir,
    onVersion,
    onProgress: ({ step, ...progress }) => onProgress({ stage: step as "read", ...progress }),
  });
  return {
    learning: { train, validation },
    test: new HeldOut(test, test.rows.length),
    development,
    digest,
    report,
  };
}

/** Events of a file for a stored version. */
export async function evaluationRows(
  { relevant, preprocessing }: ManifestOf<"recommendation">,
  { source, columns, encoding, trained }: EvaluationSource,
): Promise<EvaluationRows<EventRows>> {
  const { rows, skipped, warnings } = await readEvaluationEvents(source, {
    rated: relevant !== undefined,
    columns: columns as RoleColumns,
    trained: { ...preprocessing.columns, ...trained.columns },
    encoding,
  });
  return { split: { rows, ...(relevant === undefined ? {} : { relevant }) }, skipped, warnings };
}

export function takeEvents({ rows, ...beside }: EventRows, chosen: Int32Array): EventRows {
  return { ...beside, rows: Array.from(chosen, (row) => rows[row]!) };
}

/** An event in one text, by which it is known again. */
export function textOf({ user, item, rating, time }: EventRow): string {
  return JSON.stringify([user, item, rating ?? null, time ?? null]);
}

const TRIALS = 3;
const SHOWN = 60;

/** The users of the test with most events, and what they chose. */
export function trialsOf({ rows, known, relevant }: EventRows): readonly Trial[] {
  const users = new Map<string, string[]>();
  const titles = new Map(known?.titles === undefined ? [] : known.items.map((item, i) => [item, known.titles![i]!]));
  for (const { user, item, rating } of rows) {
    if (relevant !== undefined && rating! < relevant) continue;
    users.set(user, [...(users.get(user) ?? []), titles.get(item) || item]);
  }
  return [...users]
    .sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))
    .slice(0, TRIALS)
    .map(([user, items]) => ({ item: user, actual: shorten(plainText(items.join("; ")), SHOWN) }));
}
