import type { OwnManifestOf } from "@modelwright/contracts";
import { type Column, type ColumnKind, type ColumnOf, type Frame, isoDate } from "@modelwright/data";

type Typical = OwnManifestOf<"anomaly-detection">["typical"][number];

/** The middle of the values that are there, a value of a row; undefined where most rows have none. */
function middle(values: Float64Array): number | undefined {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  return known.length * 2 < values.length ? undefined : known[known.length >> 1];
}

const TYPICAL: { readonly [K in ColumnKind]: (column: ColumnOf<K>) => Omit<Typical, "column"> } = {
  number: ({ values }) => {
    const number = middle(values);
    return number === undefined || !Number.isFinite(number) ? {} : { number };
  },
  category: ({ codes, categories }) => {
    const counts = new Map<number, number>();
    for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
    const [most] = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    const text = most === undefined ? undefined : categories[most[0]];
    return text === undefined || text === "" ? {} : { text };
  },
  date: ({ values }) => {
    const time = middle(values);
    return time === undefined ? {} : { text: isoDate(time) };
  },
  // What texts have in common is no text.
  text: () => ({}),
};

/** A usual value of each column. */
export function typicalValues({ columns }: Frame): Typical[] {
  return columns.map((column: Column) => ({ column: column.name, ...TYPICAL[column.kind](column as never) }));
}
