import type { Column, ColumnKind, ColumnOf } from "../frames/frame.ts";
import type { ColumnLook, ReadFrame } from "../frames/read-frame.ts";
import { firstOfRepeatedCodes } from "./repeated-codes.ts";
import { summarizeNumbers } from "./summarize-numbers.ts";
import { summarizeTexts } from "./summarize-texts.ts";
import type { ColumnProfile, TableProfile } from "./table-profile.ts";

type Summary = Pick<ColumnProfile, "numbers" | "texts">;

const SUMMARIES: { readonly [K in ColumnKind]: (column: ColumnOf<K>) => Summary } = {
  number: ({ values }) => withoutUndefined({ numbers: summarizeNumbers(values) }),
  date: ({ values }) => withoutUndefined({ numbers: summarizeNumbers(values) }),
  category: () => ({}),
  text: ({ values }) => withoutUndefined({ texts: summarizeTexts(values) }),
};

/**
 * What all rows of a table say, column by column.
 *
 * @param source What the profile calls it.
 */
export function profileTable({ frame, looks, codes }: ReadFrame, source: string): TableProfile {
  const firsts = firstOfRepeatedCodes(codes, frame.rows);
  return {
    source,
    rows: frame.rows,
    duplicates: firsts.reduce((sum, first, row) => sum + (first === row ? 0 : 1), 0),
    columns: frame.columns.map((column, i) => profileColumn(column, looks[i]!)),
  };
}

function profileColumn(column: Column, look: ColumnLook): ColumnProfile {
  const { name, kind, why, missing, distinct, unfit, frequent } = look;
  const { rows, examples } = unfit;
  const summary = SUMMARIES[column.kind](column as never);
  return { name, kind, why, missing, distinct, unfit: { rows, examples }, frequent, ...summary };
}

function withoutUndefined(summary: { readonly [K in keyof Summary]: Summary[K] | undefined }): Summary {
  return Object.fromEntries(Object.entries(summary).filter(([, value]) => value !== undefined));
}
