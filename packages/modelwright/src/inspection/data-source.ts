import { extname } from "node:path";
import { ModelwrightError, type Recipe, type RowRules } from "@modelwright/contracts";
import { type ColumnKind, openTable, type Table } from "@modelwright/data";
import { loadRecipe } from "../pipeline/load-recipe.ts";

/** Where rows to look at lie, and what is known of them. */
export interface DataSource {
  /** As it was named. */
  readonly name: string;
  readonly open: () => Promise<Table>;
  /** Its rows as they lie, with nothing between them and the reader. Absent: they are read by a query, checked, or of kinds that are told. */
  readonly plain?: { readonly source: string; readonly baseDir: string; readonly encoding: string | undefined };
  /** The column that is predicted. */
  readonly label?: string | undefined;
  /** The column that names the rows. */
  readonly id?: string | undefined;
  readonly kinds?: Readonly<Record<string, ColumnKind>> | undefined;
  /** A published test file that the recipe names. */
  readonly test?: DataSource;
}

export interface DataSourceOptions {
  /** Relative paths start here. Default: the current folder. */
  readonly baseDir?: string | undefined;
  /** A label of the WHATWG Encoding Standard. Default: told from the bytes. */
  readonly encoding?: string | undefined;
  /** Of a database, the query whose rows are read. */
  readonly query?: string | undefined;
}

/** Files that hold a recipe. JSON is data: a recipe in it is named by its table. */
const RECIPES: ReadonlySet<string> = new Set([".yaml", ".yml", ".ts", ".mts"]);

/** Whether a source is a recipe, whose data are meant. */
function isRecipePath(source: string): boolean {
  return RECIPES.has(extname(source).toLowerCase());
}

/**
 * What a source names: rows, or a recipe that says where they lie, how they are read, and what is predicted.
 *
 * @throws {ModelwrightError} `RECIPE_…`.
 */
export async function dataSource(source: string, options: DataSourceOptions = {}): Promise<DataSource> {
  if (isRecipePath(source)) return ofRecipe(await loadRecipe(source));
  const { baseDir = process.cwd(), encoding, query } = options;
  return {
    name: source,
    open: () => openTable(source, { baseDir, name: source, encoding, query }),
    ...(query === undefined ? { plain: { source, baseDir, encoding } } : {}),
  };
}

/** What recipes of tables and texts say of their data, where they say it. */
interface RecipeData extends RowRules {
  readonly source: string;
  readonly test?: string | undefined;
  readonly encoding?: string | undefined;
  readonly query?: string | undefined;
  readonly columns?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly kinds?: Readonly<Record<string, ColumnKind>>;
}

function ofRecipe({ recipe, baseDir }: { readonly recipe: Recipe; readonly baseDir: string }): DataSource {
  const data: RecipeData = recipe.data;
  const { source, test, encoding, query, columns = {}, kinds, schema, rules } = data;
  const columnOf = (role: string) => {
    const column = columns[role];
    return typeof column === "string" ? column : undefined;
  };
  const named = columnOf("label") ?? columnOf("target");
  const at = (place: string, asked: string | undefined): DataSource => ({
    name: place,
    open: () =>
      openTable(place, { baseDir, encoding, query: asked, rowRules: { schema, rules, kinds, breaches: "warn" } }),
    ...(asked === undefined && schema === undefined && rules === undefined && Object.keys(kinds ?? {}).length === 0
      ? { plain: { source: place, baseDir, encoding } }
      : {}),
    label: named,
    id: columnOf("id"),
    kinds,
  });
  return { ...at(source, query), ...(test === undefined ? {} : { test: at(test, undefined) }) };
}

/**
 * The column that is predicted, checked against the table.
 *
 * @param option By which it was named.
 * @throws {ModelwrightError} `CLI_COLUMN_MISSING`.
 */
export function checkedLabel(
  table: Table,
  label: string | undefined,
  { path, option }: { readonly path: string; readonly option: string },
): string | undefined {
  if (label === undefined || table.columns.includes(label)) return label;
  throw new ModelwrightError("CLI_COLUMN_MISSING", { path, column: label, option, available: table.columns });
}
