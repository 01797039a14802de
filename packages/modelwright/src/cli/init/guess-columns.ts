import { ModelwrightError } from "@modelwright/contracts";
import type { Table } from "../tables/read-table.ts";

/** What a look at a file tells. */
export interface TableLook {
  readonly text: string;
  readonly label: string;
  /** A column that names the rows. */
  readonly id?: string;
  readonly rows: number;
  /** Rows that lack the text or the label. */
  readonly incomplete: number;
  /** Labels with their rows, the most frequent first. */
  readonly labels: readonly { readonly label: string; readonly rows: number }[];
}

interface ColumnProfile {
  readonly name: string;
  readonly filled: number;
  /** Numbers of the rows without a value, in order. */
  readonly blankRows: number[];
  readonly characters: number;
  readonly words: number;
  readonly counts: Map<string, number>;
}

const TEXT_NAMES =
  /^(text|body|message|msg|content|sentence|question|query|utterance|review|comment|description|mail|email|ticket|document|tweet|post|title|subject|summary)s?$/i;
const LABEL_NAMES =
  /^(label|category|class|intent|queue|target|sentiment|topic|tag|type|department|department_name|team|y|rating|priority|status)s?$/i;
const ID_NAMES = /(^|[_ -])(id|uuid|key|number|no)$/i;

/** More distinct values than this are no labels; it also bounds the memory of a column of long texts. */
const MOST_LABELS = 1000;

/**
 * Finds the text and the label column of a table by their names and values: texts are the longest values, labels few
 * values that repeat.
 *
 * @param options.text Column that holds the text, when the user says so; likewise `label`.
 * @throws {ModelwrightError} `CLI_COLUMNS_UNCLEAR`, `CLI_COLUMN_MISSING`, `DATA_EMPTY`, `DATA_ROW_MALFORMED`.
 */
export async function lookAtTable(
  table: Table,
  options: { readonly path: string; readonly text?: string; readonly label?: string },
): Promise<TableLook> {
  const { path } = options;
  for (const role of ["text", "label"] as const) {
    const column = options[role];
    if (column === undefined || table.columns.includes(column)) continue;
    throw new ModelwrightError("CLI_COLUMN_MISSING", { path, column, option: `--${role}`, available: table.columns });
  }
  const { profiles, rows } = await profile(table);
  if (rows === 0) throw new ModelwrightError("DATA_EMPTY", { file: path, problem: "a header and no rows below it" });
  const names = [...profiles.keys()];
  const unclear = (role: string): never => {
    throw new ModelwrightError("CLI_COLUMNS_UNCLEAR", { path, role, available: names });
  };
  const others = (...taken: (string | undefined)[]) =>
    [...profiles.values()].filter(({ name }) => !taken.includes(name));
  const text = options.text ?? best(others(options.label), textScore)?.name ?? unclear("text");
  const label = options.label ?? best(others(text), (column) => labelScore(column, rows))?.name ?? unclear("label");
  const id = others(text, label).find(({ name, counts, filled }) => ID_NAMES.test(name) && counts.size === filled);
  const labels = [...profiles.get(label)!.counts].map(([value, count]) => ({ label: value, rows: count }));
  labels.sort((a, b) => b.rows - a.rows || (a.label < b.label ? -1 : 1));
  const incomplete = new Set([...profiles.get(text)!.blankRows, ...profiles.get(label)!.blankRows]).size;
  return { text, label, ...(id === undefined ? {} : { id: id.name }), rows, incomplete, labels };
}

async function profile(table: Table): Promise<{ profiles: Map<string, ColumnProfile>; rows: number }> {
  const profiles = new Map<string, { -readonly [K in keyof ColumnProfile]: ColumnProfile[K] }>();
  let rows = 0;
  for (const name of table.columns)
    profiles.set(name, { name, filled: 0, blankRows: [], characters: 0, words: 0, counts: new Map() });
  for await (const { values } of table.rows) {
    rows++;
    for (const [name, column] of profiles) {
      const value = values[name];
      const text = value === null || value === undefined || typeof value === "object" ? "" : String(value).trim();
      if (text === "") {
        column.blankRows.push(rows);
        continue;
      }
      column.filled++;
      column.characters += text.length;
      column.words += text.split(/\s+/).length;
      if (column.counts.size <= MOST_LABELS || column.counts.has(text)) {
        column.counts.set(text, (column.counts.get(text) ?? 0) + 1);
      }
    }
  }
  return { profiles, rows };
}

/** The candidate with the greatest score above 0; the earlier column wins a tie. */
function best(
  candidates: readonly ColumnProfile[],
  score: (column: ColumnProfile) => number,
): ColumnProfile | undefined {
  let winner: ColumnProfile | undefined;
  let highest = 0;
  for (const candidate of candidates) {
    const value = score(candidate);
    if (value <= highest) continue;
    winner = candidate;
    highest = value;
  }
  return winner;
}

/** Mean words of a value, with a bonus for a telling name; texts have letters and more than one word, or such a name. */
function textScore({ name, filled, words, characters, counts }: ColumnProfile): number {
  if (filled === 0) return 0;
  const telling = TEXT_NAMES.test(name);
  const meanWords = words / filled;
  const spaceless = [...counts.keys()]
    .slice(0, 50)
    .some((value) => /[\p{Script=Han}\p{Script=Thai}\p{Script=Hiragana}]/u.test(value));
  if (!telling && !spaceless && meanWords < 2) return 0;
  if (LABEL_NAMES.test(name)) return 0;
  return (spaceless ? characters / filled / 2 : meanWords) * (telling ? 10 : 1);
}

/** Higher for fewer values that repeat more often, with a bonus for a telling name. */
function labelScore({ name, filled, counts, characters }: ColumnProfile, rows: number): number {
  const telling = LABEL_NAMES.test(name);
  if (filled === 0 || counts.size > MOST_LABELS || ID_NAMES.test(name)) return 0;
  const repeats = 1 - counts.size / filled;
  const short = 1 / (1 + characters / filled / 40);
  if (!telling && (repeats < 0.5 || counts.size < 2)) return 0;
  return (0.01 + repeats) * short * (filled / rows) * (telling ? 10 : 1);
}
