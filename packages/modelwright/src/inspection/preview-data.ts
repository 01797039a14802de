import { type ColumnKind, readFrame, seededRandom, type Table, type TableRow } from "@modelwright/data";
import { type DataSourceOptions, dataSource } from "./data-source.ts";

export interface PreviewOptions extends DataSourceOptions {
  /** Rows from the beginning, and as many drawn from those behind them. Default 5. */
  readonly rows?: number | undefined;
  /** Of the draw. Default 7. */
  readonly seed?: number | undefined;
}

/** A row as it is read. */
export interface PreviewRow {
  /** `file:line`. */
  readonly where: string;
  /** One per column; undefined where the row has none. */
  readonly cells: readonly (string | undefined)[];
}

export interface DataPreview {
  readonly source: string;
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly kind: ColumnKind; readonly why: string }[];
  readonly first: readonly PreviewRow[];
  /** In their order. */
  readonly drawn: readonly PreviewRow[];
  readonly warnings: readonly string[];
}

/**
 * Shows some rows of a table as they are read: the first, and a random sample of the others.
 *
 * @throws {ModelwrightError} `DATA_…` for what is wrong with the source, `RECIPE_…` with a recipe.
 */
export async function previewData(source: string, options: PreviewOptions = {}): Promise<DataPreview> {
  const { rows: count = 5, seed = 7, ...reading } = options;
  const found = await dataSource(source, reading);
  const table = await found.open();
  const sample = new Sample(count, seed);
  const kinds = Object.entries(found.kinds ?? {}).filter(([name]) => table.columns.includes(name));
  const { looks, frame } = await readFrame(tapped(table, sample), { kinds: Object.fromEntries(kinds) });
  const shown = ({ cells, file = table.name, line }: TableRow): PreviewRow => ({ where: `${file}:${line}`, cells });
  return {
    source: table.name,
    rows: frame.rows,
    columns: looks.map(({ name, kind, why }) => ({ name, kind, why })),
    first: sample.first.map(shown),
    drawn: sample.drawn.map(shown),
    warnings: [...table.warnings],
  };
}

/** The first rows, and a draw of the others in which each has the same chance (Vitter, Algorithm R, 1985). */
class Sample {
  readonly first: TableRow[] = [];
  readonly #drawn: { readonly place: number; readonly row: TableRow }[] = [];
  readonly #count: number;
  readonly #below: (bound: number) => number;
  #seen = 0;

  constructor(count: number, seed: number) {
    this.#count = count;
    this.#below = seededRandom(seed).below;
  }

  get drawn(): readonly TableRow[] {
    return [...this.#drawn].sort((a, b) => a.place - b.place).map(({ row }) => row);
  }

  add(row: TableRow): void {
    if (this.first.length < this.#count) this.first.push(row);
    else {
      const place = this.#seen++;
      const at = place < this.#count ? place : this.#below(place + 1);
      if (at < this.#count) this.#drawn[at] = { place, row };
    }
  }
}

/** The table, whose rows are seen on their way. */
function tapped(table: Table, sample: Sample): Table {
  async function* each(): AsyncGenerator<TableRow> {
    for await (const row of table.rows) {
      sample.add(row);
      yield row;
    }
  }
  return { ...table, rows: { [Symbol.asyncIterator]: each } };
}
