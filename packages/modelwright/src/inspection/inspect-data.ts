import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import {
  CHECKS,
  type CheckFinding,
  type CheckName,
  checkTable,
  type OtherRows,
  type ProfiledRows,
  profileTable,
  readWideFrame,
  type TableProfile,
} from "@modelwright/data";
import { profileByDuckDb } from "@modelwright/data/duckdb";
import { checkedLabel, type DataSource, type DataSourceOptions, dataSource } from "./data-source.ts";

/** Bytes of a file that is not read into memory whole. */
const LARGE = 2 ** 28;
/** Rows of it that are. */
const SAMPLE = 200_000;

export interface InspectOptions extends DataSourceOptions {
  /** The column that is predicted. Default: the recipe's; of other sources none, and what concerns it is not checked. */
  readonly label?: string | undefined;
  /** A published test file, which must not repeat rows. Default: the recipe's. */
  readonly test?: string | undefined;
  /** An earlier version of the same table. Default: none. */
  readonly against?: string | undefined;
  readonly onProgress?: (step: string) => void;
  /**
   * Bytes of a file from which on DuckDB, where it is installed, looks at all its rows, and checks that compare rows look at 200,000 of
   * them. Default: 256 MiB.
   */
  readonly largeFrom?: number | undefined;
}

/** What a look at all rows of a table found. */
export interface DataInspection {
  readonly profile: TableProfile;
  /** The column that is predicted; absent where nobody named one. */
  readonly label?: string;
  /** The profile of what the table was compared with. */
  readonly other?: { readonly is: OtherRows["is"]; readonly profile: TableProfile };
  /** Rows, drawn at random, that checks looked at which need more than the profile. Absent: all. */
  readonly sampled?: number;
  /** The gravest first. */
  readonly findings: readonly CheckFinding[];
  /** What was looked for, by check. */
  readonly checks: Readonly<Record<CheckName, string>>;
  /** What reading the files said. */
  readonly warnings: readonly string[];
}

/**
 * Looks at all rows of a table: what each column holds, and what would spoil a model.
 *
 * The rows are held in memory; of a large file some of them.
 *
 * @param source Whatever `data.source` of a recipe may name, or a recipe, whose data are meant: `.yaml`, `.yml`, `.ts`.
 * @throws {ModelwrightError} `DATA_…` for what is wrong with the source, `RECIPE_…` with a recipe, `CLI_COLUMN_MISSING`.
 */
export async function inspectData(source: string, options: InspectOptions = {}): Promise<DataInspection> {
  const { onProgress = () => {}, test, against, largeFrom = LARGE, ...reading } = options;
  const found = await dataSource(source, reading);
  const warnings = new Set<string>();
  const label = options.label ?? found.label;
  const rows = await readRows(found, { label, warnings, onProgress, largeFrom });
  const other = await readOther(found, { test, against, reading, warnings, onProgress, largeFrom });
  const findings = checkTable({ ...rows, label, id: found.id, other }, (name, done, all) =>
    onProgress(`looking for ${name.replaceAll("-", " ")} (${done + 1} of ${all})`),
  );
  return {
    profile: rows.whole ?? rows.profile,
    ...(label === undefined ? {} : { label }),
    ...(other === undefined ? {} : { other: { is: other.is, profile: other.whole ?? other.profile } }),
    ...(rows.whole === undefined ? {} : { sampled: rows.frame.rows }),
    findings,
    checks: Object.fromEntries(Object.entries(CHECKS).map(([name, { looksFor }]) => [name, looksFor])) as Record<
      CheckName,
      string
    >,
    warnings: [...warnings],
  };
}

/**
 * Reads all rows of a table, and says what each column holds.
 *
 * @throws {ModelwrightError} As `inspectData`.
 */
export async function profileData(
  source: string,
  {
    onProgress = () => {},
    largeFrom = LARGE,
    ...reading
  }: DataSourceOptions & Pick<InspectOptions, "onProgress" | "largeFrom"> = {},
): Promise<TableProfile> {
  const found = await dataSource(source, reading);
  const { profile, whole } = await readRows(found, { warnings: new Set(), onProgress, largeFrom });
  return whole ?? profile;
}

interface Reading {
  readonly label?: string | undefined;
  readonly warnings: Set<string>;
  readonly onProgress: (step: string) => void;
  readonly largeFrom: number;
}

async function readRows(source: DataSource, reading: Reading): Promise<ProfiledRows> {
  const { label, warnings, onProgress } = reading;
  onProgress(`reading ${source.name}`);
  const table = await source.open();
  checkedLabel(table, label, { path: source.name, option: "--label" });
  const large = await readLargeFile(source, reading);
  if (large !== undefined) return large;
  const kinds = Object.entries(source.kinds ?? {}).filter(([name]) => table.columns.includes(name));
  const read = await readWideFrame(table, { kinds: Object.fromEntries(kinds) });
  for (const warning of table.warnings) warnings.add(warning);
  onProgress(`counting ${source.name}`);
  return { ...read, profile: profileTable(read, table.name) };
}

/** What all rows of a large file say, with some of them; undefined for what is not large, and where DuckDB is not installed. */
async function readLargeFile(
  { name, plain }: DataSource,
  { warnings, onProgress, largeFrom }: Reading,
): Promise<ProfiledRows | undefined> {
  if (plain === undefined) return undefined;
  const { source, ...options } = plain;
  const found = await stat(resolve(options.baseDir, source)).catch(() => undefined);
  if (found?.isFile() !== true || found.size < largeFrom) return undefined;
  onProgress(`counting ${name}`);
  try {
    const looked = await profileByDuckDb(source, { ...options, sample: { rows: SAMPLE, seed: 0 } });
    for (const warning of looked.warnings) warnings.add(warning);
    const sample = looked.sample!;
    return { ...sample, profile: profileTable(sample, looked.profile.source), whole: looked.profile };
  } catch (error) {
    if (!(error instanceof ModelwrightError) || error.code !== "PEER_MISSING") throw error;
    warnings.add(`${name} is held in memory; with DuckDB it need not be: npm install @duckdb/node-api`);
    return undefined;
  }
}

async function readOther(
  source: DataSource,
  options: Reading & {
    readonly test?: string | undefined;
    readonly against?: string | undefined;
    readonly reading: DataSourceOptions;
  },
): Promise<OtherRows | undefined> {
  const { test, against, reading } = options;
  if (against !== undefined) {
    return { ...(await readRows(await dataSource(against, reading), options)), is: "earlier version" };
  }
  const published = test === undefined ? source.test : await dataSource(test, reading);
  return published === undefined ? undefined : { ...(await readRows(published, options)), is: "test file" };
}
