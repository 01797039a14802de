import { ModelwrightError, showHttpValue, taskSchemas, type UserItem } from "@modelwright/contracts";
import { cellAt, describeCell, pipedTable, type Table, type TableRow } from "@modelwright/data";
import { openArgument } from "../tables/open-argument.ts";
import { givenTable } from "./given-table.ts";
import { type CheckedArguments, type Item, type PredictionSource, usage } from "./prediction-arguments.ts";

/** The column of users where the model's training data called it otherwise. */
const USER = "user";
/** The column of what was chosen: a JSON list, or names with `|` between them. */
const ITEMS = "items";

/** Users, each by name or as JSON with what the user chose; a file has a column of users, of what they chose, or both. */
export async function userSource(options: CheckedArguments): Promise<PredictionSource> {
  const { model, manifest, column, second, encoding, trained } = options;
  if (second !== undefined) throw usage(`--second does not apply to ${model}, which reads users`);
  const isUser = (value: unknown) =>
    taskSchemas(manifest.task)
      .item({ maxItemBytes: 2 ** 20 })
      .safeParse(value);
  if ("items" in options) {
    const users = new Map<TableRow, Item>();
    const table = givenTable(
      [USER],
      options.items.map((given) => [given]),
    );
    const itemOf = (row: TableRow): Item => {
      const known = users.get(row) ?? givenUser(row.cells[0]!, isUser);
      users.set(row, known);
      return known;
    };
    return { table, itemOf, shown, lacks: "user" };
  }
  const table =
    "piped" in options
      ? await pipedTable(process.stdin, { name: "the piped users", encoding })
      : await openArgument(options.file, { wanted: column === undefined ? [] : [column], encoding });
  const wanted = column ?? [trained.user, USER].find((name) => name !== undefined && table.columns.includes(name));
  const [user, items] = [wanted, ITEMS].map((name) => (name === undefined ? -1 : table.columns.indexOf(name)));
  if ((column !== undefined && user! < 0) || (user! < 0 && items! < 0)) {
    throw new ModelwrightError("DATA_COLUMN_MISSING", {
      file: table.name,
      column: column ?? trained.user ?? USER,
      role: USER,
      available: table.columns,
    });
  }
  return { table, itemOf: (row) => userOf(row, { table, user: user!, items: items! }), shown, lacks: "user" };
}

const shown = (item: Item | undefined) => ({ user: item ?? null });

/** A user as given on the command line. */
function givenUser(given: string, isUser: (value: unknown) => { readonly success: boolean }): Item {
  if (!given.trimStart().startsWith("{")) return given;
  const form = `'{"user": "u1", "items": ["i1", "i7"]}'`;
  let value: unknown;
  try {
    value = JSON.parse(given);
  } catch {
    throw usage(`${given} is no JSON: give a user's name, or ${form}`);
  }
  if (!isUser(value).success) throw usage(`${showHttpValue(value)} is no user: give a name, or ${form}`);
  return value as Item;
}

function userOf(
  row: TableRow,
  { table, user, items }: { readonly table: Table; readonly user: number; readonly items: number },
): UserItem | undefined {
  const name = user < 0 ? undefined : cellAt(row, user)?.text.trim();
  const chosen = items < 0 ? undefined : chosenIn(row, { table, place: items });
  if (chosen === undefined) return name;
  return { ...(name === undefined ? {} : { user: name }), items: chosen };
}

function chosenIn(
  row: TableRow,
  { table, place }: { readonly table: Table; readonly place: number },
): Exclude<UserItem, string>["items"] {
  const cell = cellAt(row, place);
  if (cell === undefined || cell.kind === "null") return undefined;
  const text = cell.text.trim();
  if (cell.kind !== "list" && !text.startsWith("[")) {
    if (cell.kind === undefined || cell.kind === "number") return text.split("|").flatMap((name) => name.trim() || []);
  } else {
    try {
      const list: unknown = JSON.parse(text);
      if (Array.isArray(list)) return list.map((each) => (typeof each === "object" ? each : String(each)));
    } catch {
      // Told below, as every other value that is no list.
    }
  }
  throw new ModelwrightError("DATA_VALUE_TYPE", {
    file: row.file ?? table.name,
    line: row.line,
    column: ITEMS,
    expected: 'names of items, as a JSON list or with "|" between them',
    got: describeCell(cell),
  });
}
