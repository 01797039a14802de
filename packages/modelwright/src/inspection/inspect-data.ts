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
import { checkedLabel, type DataSource, type DataSourceOptions, dataSource } from "./data-source.ts";

export interface InspectOptions extends DataSourceOptions {
  /** The column that is predicted. Default: the recipe's; of other sources none, and what concerns it is not checked. */
  readonly label?: string | undefined;
  /** A published test file, which must not repeat rows. Default: the recipe's. */
  readonly test?: string | undefined;
  /** An earlier version of the same table. Default: none. */
  readonly against?: string | undefined;
  readonly onProgress?: (step: string) => void;
}

/** What a look at all rows of a table found. */
export interface DataInspection {
  readonly profile: TableProfile;
  /** The column that is predicted; absent where nobody named one. */
  readonly label?: string;
  /** The profile of what the table was compared with. */
  readonly other?: { readonly is: OtherRows["is"]; readonly profile: TableProfile };
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
 * The rows are held in memory.
 *
 * @param source Whatever `data.source` of a recipe may name, or a recipe, whose data are meant: `.yaml`, `.yml`, `.ts`.
 * @throws {ModelwrightError} `DATA_…` for what is wrong with the source, `RECIPE_…` with a recipe, `CLI_COLUMN_MISSING`.
 */
export async function inspectData(source: string, options: InspectOptions = {}): Promise<DataInspection> {
  const { onProgress = () => {}, test, against, ...reading } = options;
  const found = await dataSource(source, reading);
  const warnings = new Set<string>();
  const label = options.label ?? found.label;
  const rows = await readRows(found, { label, warnings, onProgress });
  const other = await readOther(found, { test, against, reading, warnings, onProgress });
  const findings = checkTable({ ...rows, label, id: found.id, other }, (name, done, all) =>
    onProgress(`looking for ${name.replaceAll("-", " ")} (${done + 1} of ${all})`),
  );
  return {
    profile: rows.profile,
    ...(label === undefined ? {} : { label }),
    ...(other === undefined ? {} : { other: { is: other.is, profile: other.profile } }),
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
  { onProgress = () => {}, ...reading }: DataSourceOptions & Pick<InspectOptions, "onProgress"> = {},
): Promise<TableProfile> {
  const found = await dataSource(source, reading);
  return (await readRows(found, { warnings: new Set(), onProgress })).profile;
}

interface Reading {
  readonly label?: string | undefined;
  readonly warnings: Set<string>;
  readonly onProgress: (step: string) => void;
}

async function readRows(source: DataSource, { label, warnings, onProgress }: Reading): Promise<ProfiledRows> {
  onProgress(`reading ${source.name}`);
  const table = await source.open();
  checkedLabel(table, label, { path: source.name, option: "--label" });
  const kinds = Object.entries(source.kinds ?? {}).filter(([name]) => table.columns.includes(name));
  const read = await readWideFrame(table, { kinds: Object.fromEntries(kinds) });
  for (const warning of table.warnings) warnings.add(warning);
  onProgress(`counting ${source.name}`);
  return { ...read, profile: profileTable(read, table.name) };
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
