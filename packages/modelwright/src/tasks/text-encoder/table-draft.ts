import { NO_BASE } from "@modelwright/contracts";
import { type ColumnSketch, guessColumn, type TableSketch, type TextLanguage, textLanguage } from "@modelwright/data";
import { BUILT_IN_MODELS } from "@modelwright/models";
import { columns as inColumns } from "../../wording/columns.ts";
import { languageNames } from "../../wording/languages.ts";
import { plainText, shorten } from "../../wording/plain-text.ts";
import { counted } from "../../wording/quantities.ts";
import type { NamedColumns } from "../recipe-draft.ts";
import { writtenIn } from "./language-check.ts";

/** Below it, a head on cached vectors is usually at least as good as full fine-tuning, and done in seconds. */
export const FEW_ROWS = 1000;

/** The column of a role and of the text, where a look finds both. */
export interface FoundColumns {
  readonly text: string;
  /** The column of a second text, where something is said of two together. */
  readonly second?: string;
  /** In what the texts are written that no pretrained base has seen; absent where one has, or where it is not known. */
  readonly foreign?: TextLanguage;
  readonly column: ColumnSketch;
  readonly id?: string;
  /** Rows that lack the text or the other value. */
  readonly incomplete: number;
}

/** Columns that the user names, or that look like it. */
export function findDraftColumns(
  sketch: TableSketch,
  named: NamedColumns,
  role: "label" | "labels" | "target",
): FoundColumns | { readonly unclear: "text" | typeof role } {
  const second = named.second ?? guessColumn("second", sketch, [named[role], named.text]);
  const text = named.text ?? guessColumn("text", sketch, [named[role], second]);
  // One that is found by its name stands beside another text, or is the text itself.
  if (text === undefined && second !== undefined && named.second === undefined) {
    return findDraftColumns(sketch, { ...named, text: second }, role);
  }
  if (text === undefined) return { unclear: "text" };
  const name = named[role] ?? guessColumn(role, sketch, [text, second]);
  if (name === undefined) return { unclear: role };
  const id = guessColumn("id", sketch, [text, second, name]);
  const sketchOf = (of: string) => sketch.columns.find((column) => column.name === of)!;
  const column = sketchOf(name);
  const language = textLanguage([...sketchOf(text).counts.keys()]);
  const blank = [text, ...(second === undefined ? [] : [second])].flatMap((of) => sketchOf(of).blankRows);
  const incomplete = new Set([...blank, ...column.blankRows]).size;
  const foreign = language !== undefined && !isSeen(language) ? { foreign: language } : {};
  return {
    text,
    ...(second === undefined ? {} : { second }),
    ...foreign,
    column,
    ...(id === undefined ? {} : { id }),
    incomplete,
  };
}

/** Whether a pretrained base has seen a language or, where that is not told, its script. */
function isSeen({ language, script }: TextLanguage): boolean {
  const languages = BUILT_IN_MODELS.flatMap((model) => model.languages);
  if (language !== undefined) return languages.includes(language);
  return languages.some((code) => new Intl.Locale(code).maximize().script === script);
}

/** The model of a recipe for texts that no pretrained base has seen, and the line that says so; neither for others. */
export function draftFromScratch({ foreign }: FoundColumns): { readonly model?: string; readonly lines: string[] } {
  if (foreign === undefined) return { lines: [] };
  const seen = BUILT_IN_MODELS.map(({ name, languages }) => `${name} has seen ${languageNames(languages)} only`).join(
    ", ",
  );
  const lines = [`  the texts are ${writtenIn(foreign)}, ${seen}: trained from scratch (model.base: ${NO_BASE})`];
  return { model: `model: { base: ${NO_BASE} }   # the texts are ${writtenIn(foreign)}; ${seen}\n`, lines };
}

/** What a draft of pairs says of encoders, as a comment; nothing for others. */
export function pairHint({ second }: FoundColumns): string {
  if (second === undefined) return "";
  return "# model: { base: sentence-transformers/all-MiniLM-L6-v2, fineTune: full }   # an encoder that tells the two texts apart; use-lite-en reads them joined\n";
}

/** Columns beside a text and what is said of it that make a table, of which the text is one column. */
export const MANY_COLUMNS = 4;

/**
 * How much a table looks like texts with something said of each.
 *
 * @param usual Where the user names neither column.
 */
export function textLikeness(
  found: FoundColumns,
  look: { readonly sketch: TableSketch; readonly named: NamedColumns; readonly role: "label" | "target" },
  usual: number,
): number {
  const { sketch, named, role } = look;
  if (named[role === "label" ? "target" : "label"] !== undefined) return 0.1;
  if (named.text !== undefined || named.second !== undefined) return 1;
  const { text, second, column, id } = found;
  const taken: readonly (string | undefined)[] = [text, second, column.name, id];
  const others = sketch.columns.filter(({ name, filled }) => filled > 0 && !taken.includes(name));
  if (others.length >= MANY_COLUMNS) return 0.5;
  return named[role] === undefined ? usual : 1;
}

/** `text in "body", label in "queue", id in "ticket_id"`. */
export function describeColumns(role: string, { text, second, column, id }: FoundColumns): string {
  const beside = second === undefined ? "" : ` and "${second}" beside it`;
  return `text in "${text}"${beside}, ${role} in "${column.name}"${id === undefined ? "" : `, id in "${id}"`}`;
}

export function draftColumns(role: string, { text, second, column, id }: FoundColumns): Record<string, string> {
  return {
    text,
    ...(second === undefined ? {} : { second }),
    [role]: column.name,
    ...(id === undefined ? {} : { id }),
  };
}

const SHOWN = 10;

/** Labels with their rows, the most frequent first. */
export function labelLines(labels: readonly { readonly label: string; readonly rows: number }[]): string[] {
  const rest = labels.slice(SHOWN);
  const lines = [
    `  ${counted(labels.length, "label")}:`,
    ...inColumns(
      labels.slice(0, SHOWN).map(({ label, rows }) => [shorten(plainText(label), 40), counted(rows, "row")]),
      "    ",
    ),
  ];
  if (rest.length === 0) return lines;
  const rows = rest.reduce((sum, each) => sum + each.rows, 0);
  return [...lines, `    and ${rest.length} more with ${counted(rows, "row")}`];
}

/** Values with their rows, the most frequent first; of equally frequent ones in the order of code units. */
export function ranked(counts: ReadonlyMap<string, number>): { readonly label: string; readonly rows: number }[] {
  return Array.from(counts, ([label, rows]) => ({ label, rows })).sort(
    (a, b) => b.rows - a.rows || (a.label < b.label ? -1 : 1),
  );
}

/** Warns of rows without a text or another value, and of labels with too few rows. */
export function incompleteWarning(incomplete: number, what: string): string[] {
  return incomplete === 0 ? [] : [`${counted(incomplete, "row")} without ${what} will be dropped`];
}
