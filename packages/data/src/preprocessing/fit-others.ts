import type { Frame } from "../frames/frame.ts";
import { seededRandom, shuffle } from "../splits/seeded-random.ts";
import { type ColumnReading, columnReadings } from "./column-readings.ts";
import type { FeatureSettings } from "./feature-settings.ts";
import { fitColumn } from "./fit-column.ts";
import { columnFeatures } from "./fitted-column.ts";
import { seeRows } from "./fitted-others.ts";
import { toFloat32Text } from "./float32-text.ts";
import type { LearningRows } from "./steps/learning-rows.ts";
import { MOST_REFERENCES } from "./steps/seen-rows.ts";

/** Categories of a column that tell what is missing in others. */
const MOST_CATEGORIES = 20;
const AS_NUMBERS = { missing: "keep", indicator: false, scale: "standard", clip: 10 } as const;

/** Learns how all columns but texts are read where they tell what is missing in one: as scaled numbers and one-hot categories. */
export function fitOthers(frame: Frame, { unknown }: FeatureSettings, readings: readonly ColumnReading[]) {
  // What nobody reads tells nothing.
  const read = new Map(readings.map(({ column, settings }) => [column.name, settings]));
  const columns = Object.fromEntries(
    frame.columns.map(({ name, kind }) => {
      const asked = read.get(name);
      if (asked === undefined || kind === "text") return [name, { encode: "drop" }] as const;
      return [name, kind === "number" ? { outliers: asked.outliers } : {}] as const;
    }),
  );
  const kinds: FeatureSettings["kinds"] = {
    number: AS_NUMBERS,
    date: { ...AS_NUMBERS, parts: ["days-since"] },
    category: { encode: "one-hot", missing: "own", most: MOST_CATEGORIES, rare: 2 },
  };
  const settings: FeatureSettings = { preset: "forLinear", kinds, columns, ...(unknown && { unknown }) };
  const fitted = columnReadings(frame, settings).map((reading) => fitColumn(reading, { target: undefined }));
  const raw = new Map(frame.columns.map((column) => [column.name, column]));
  const seen = seeRows({ columns: fitted }, { rows: frame.rows, raw });
  const drawn = drawReferences(frame.rows);
  const references = new Float32Array(drawn.length * seen.width);
  for (const [at, row] of drawn.entries())
    references.set(seen.numbers.subarray(row * seen.width, (row + 1) * seen.width), at * seen.width);
  const from = fitted.flatMap((column) => columnFeatures(column).map((feature) => feature.from));
  const isNear = readings.some(({ settings: { missing } }) => missing === "nearest");
  return {
    fitted: { columns: fitted, ...(isNear && { references: toFloat32Text(references) }) },
    around: (column: string): LearningRows => ({
      seen: { ...seen, references },
      drawn,
      own: [...from.keys()].filter((place) => from[place] === column),
    }),
  };
}

/** Rows that new ones are compared with: all, or some that are drawn, the same each time. */
function drawReferences(rows: number): Int32Array {
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  return rows <= MOST_REFERENCES ? all : shuffle(all, seededRandom(rows, 0x0ea2)).slice(0, MOST_REFERENCES).sort();
}
