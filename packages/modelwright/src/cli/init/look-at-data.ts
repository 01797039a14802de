import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { isTaggedFile, readDocuments, sketchColumns } from "@modelwright/data";
import { type DataLook, NAMED_ROLES, type NamedColumns } from "../../tasks/recipe-draft.ts";
import { counted } from "../../wording/quantities.ts";
import { openArgument } from "../tables/open-argument.ts";

/** What a recipe is to be about. */
export interface LookedAt {
  readonly look: DataLook;
  /** How much there is: `24 rows`. */
  readonly size: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** What a careful reader should know of the source. */
  readonly warnings: ReadonlySet<string>;
  /** What the recipe has to say of how the source is read. */
  readonly encoding?: string;
}

export interface LookOptions extends NamedColumns {
  readonly encoding?: string;
}

/**
 * Looks at a table, or at running text: a folder of texts or one `.txt` file without tags.
 *
 * @throws {ModelwrightError} `CLI_…`, `DATA_…`.
 */
export async function lookAtData(source: string, options: LookOptions): Promise<LookedAt> {
  const isDocuments =
    (await isFolder(source)) || (extname(source).toLowerCase() === ".txt" && !(await isTaggedFile(source)));
  const looked = await (isDocuments ? lookAtDocuments(source, options) : lookAtTable(source, options));
  return options.encoding === undefined ? looked : { ...looked, encoding: options.encoding };
}

async function lookAtTable(source: string, { encoding, ...options }: LookOptions): Promise<LookedAt> {
  const named: NamedColumns = Object.fromEntries(
    NAMED_ROLES.flatMap((role) => (options[role] === undefined ? [] : [[role, options[role]]])),
  );
  const table = await openArgument(source, { wanted: Object.values(named), encoding });
  const taken = new Map<string, string>();
  for (const [role, column] of Object.entries(named)) {
    if (!table.columns.includes(column)) {
      const option = `--${role}`;
      throw new ModelwrightError("CLI_COLUMN_MISSING", { path: source, column, option, available: table.columns });
    }
    const other = taken.get(column);
    if (other !== undefined) {
      throw new ModelwrightError("DATA_COLUMN_SHARED", { file: source, column, roles: [other, role] });
    }
    taken.set(column, role);
  }
  const sketch = await sketchColumns(table);
  if (sketch.rows === 0) {
    throw new ModelwrightError("DATA_EMPTY", { file: source, problem: "a header and no rows below it" });
  }
  const text = sketch.columns.find(({ name }) => name === named.text);
  if (text !== undefined && text.filled > 0 && text.numbers === text.filled) {
    throw new ModelwrightError("CLI_TABLE_WITHOUT_TEXT", { path: source, columns: [text.name] });
  }
  return {
    look: { kind: "table", sketch, named },
    size: counted(sketch.rows, "row"),
    details: { rows: sketch.rows },
    warnings: table.warnings,
    ...(table.guessedEncoding === undefined ? {} : { encoding: table.guessedEncoding }),
  };
}

async function lookAtDocuments(source: string, { encoding }: LookOptions): Promise<LookedAt> {
  const warnings = new Set<string>();
  const documents = await readDocuments(source, {
    baseDir: process.cwd(),
    encoding,
    onWarning: (warning) => warnings.add(warning),
  });
  const sentences = documents.reduce((sum, document) => sum + document.sentences.length, 0);
  return {
    look: { kind: "documents" },
    size: `${counted(documents.length, "document")}, ${counted(sentences, "sentence")}`,
    details: { documents: documents.length, sentences },
    warnings,
  };
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
