import { basename } from "node:path";
import { type ErrorCode, isUserError, type ModelwrightError, parseRecipe } from "@modelwright/contracts";
import { parse } from "yaml";
import type { DataContext } from "../../tasks/task.ts";
import { STAGES } from "../../tasks/tasks.ts";

/** What training would say of the data before it learns anything. */
export interface Rehearsal {
  readonly warnings: readonly string[];
  /** At what it would stop, though a value of the recipe can help. */
  readonly problem?: ModelwrightError;
}

/** What a value of the recipe can help: the recipe is of use even so. */
const HELPED_BY_RECIPE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "DATA_LABEL_TOO_SMALL",
  "DATA_ROWS_REPEATED",
  "DATA_SPLIT_EMPTY",
  "DATA_TEXT_TOO_SHORT",
  "MODEL_FOLDER_INCOMPLETE",
]);

/** With more rows near duplicates are left to the training: looking for them would take most of a minute. */
const MANY_ROWS = 50_000;

/**
 * Reads, cleans and splits the data of a fresh recipe as training will.
 *
 * @param recipe YAML.
 * @param context.source The file as the command line names it, which warnings are to do as well.
 * @param context.rows How many there are. Default: few.
 * @throws {ModelwrightError} `DATA_…` where training must fail, whatever the recipe says.
 */
export async function rehearse(
  recipe: string,
  { source, rows = 0, ...context }: DataContext & { readonly source: string; readonly rows?: number | undefined },
): Promise<Rehearsal> {
  const value = parse(recipe);
  const isLarge = rows > MANY_ROWS;
  if (isLarge) value.data.clean = { ...value.data.clean, duplicates: "exact" };
  const parsed = parseRecipe(value);
  try {
    const { report } = await STAGES[parsed.task].prepare(parsed as never, context);
    // A recipe calls a file by its name alone, a folder by its path.
    const names = [parsed.data.source, basename(source)];
    const warnings = report.warnings.map((warning) => renamed(warning, names, source));
    return { warnings: [...warnings, ...(isLarge ? [leftToTraining(rows)] : [])] };
  } catch (error) {
    if (isUserError(error) && HELPED_BY_RECIPE.has(error.code)) return { warnings: [], problem: error };
    throw error;
  }
}

function leftToTraining(rows: number): string {
  return `near duplicates were not looked for among ${rows.toLocaleString("en-US")} rows: training does it, and may drop copies`;
}

/** A warning about a file, which it calls otherwise. */
function renamed(warning: string, names: readonly string[], name: string): string {
  const old = names.find((each) => warning.startsWith(`${each}:`));
  return old === undefined ? warning : `${name}${warning.slice(old.length)}`;
}
