import { ModelwrightError } from "@modelwright/contracts";
import { openText, type TextSource } from "./file-text.ts";
import type { Table, TableRow } from "./table.ts";
import { sentenceOf, TAG, type TaggedToken, taggedToken } from "./tagged-sentence.ts";
import { textLines } from "./text-lines.ts";

/** The columns of a table of tagged sentences; documents have numbers where the file marks their beginnings. */
const COLUMNS = ["text", "spans", "document"] as const;
const DOCUMENT_START = "-DOCSTART-";
/**
 * Reads a file of one token per line, as the CoNLL shared tasks have them, as a table with one sentence per row: its text, and the spans
 * that its tags name as a JSON list of `{ start, end, label }` with offsets into that text.
 *
 * Columns stand apart by a tab or spaces; the first is the token, the last its tag. A blank line ends a sentence, `-DOCSTART-` begins a
 * document. Tags may be IOB1, IOB2 (BIO), BIOES or BILOU: `B`, `S` and `U` begin a span, and so does any other prefix behind `O` or
 * another label; behind `E`, `L`, `S` and `U` a span is over.
 *
 * While it is read: `DATA_TAG_UNKNOWN`, `DATA_TAG_MISSING` with file and line.
 *
 * @see Tjong Kim Sang & De Meulder, "Introduction to the CoNLL-2003 shared task", 2003.
 */
export function readTaggedTokens(text: TextSource): Table {
  const { name, warnings } = text;
  return {
    name,
    columns: COLUMNS,
    rows: { [Symbol.asyncIterator]: () => sentences(text) },
    warnings,
    roles: { group: "document" },
  };
}

async function* sentences(text: TextSource): AsyncGenerator<TableRow> {
  let tokens: TaggedToken[] = [];
  let document = 0;
  let line = 0;
  let begin = 1;
  const kinds = [undefined, "list", undefined] as const;
  const row = (): TableRow => {
    const { text: joined, spans } = sentenceOf(tokens);
    return {
      cells: [joined, JSON.stringify(spans), document === 0 ? undefined : String(document)],
      kinds,
      line: begin,
    };
  };
  for await (const each of textLines(text)) {
    line++;
    const fields = fieldsOf(each);
    const isStart = fields[0] === DOCUMENT_START;
    if (fields.length > 0 && !isStart && !isComment(fields)) {
      if (tokens.length === 0) begin = line;
      tokens.push(tokenOf(fields, { file: text.name, line }));
      continue;
    }
    if (fields.length > 0 && !isStart) continue;
    if (tokens.length > 0) yield row();
    tokens = [];
    if (isStart) document++;
  }
  if (tokens.length > 0) yield row();
}

/** Of a token that has a space in it, only the tab is a separator. */
function fieldsOf(line: string): readonly string[] {
  const trimmed = line.trim();
  if (trimmed === "") return [];
  return trimmed.includes("\t") ? trimmed.split("\t").map((field) => field.trim()) : trimmed.split(/ +/);
}

/** A remark, as CoNLL-U has them; a number sign that is a token has a tag. */
function isComment(fields: readonly string[]): boolean {
  return fields[0]!.startsWith("#") && !(fields.length > 1 && TAG.test(fields.at(-1)!));
}

function tokenOf(fields: readonly string[], where: { readonly file: string; readonly line: number }): TaggedToken {
  const token = fields[0]!;
  if (fields.length < 2) throw new ModelwrightError("DATA_TAG_MISSING", { ...where, token });
  return taggedToken(token, fields.at(-1)!, where);
}

/** Lines by which a file is known. */
const LOOKED_AT = 200;
/** Fewer lines without any span may be anything. */
const FEWEST_OUTSIDE = 5;

/** Whether a file has a token and its tag in each line; not where it cannot be read. */
export async function isTaggedFile(path: string): Promise<boolean> {
  try {
    return await looksTagged(await openText({ path }));
  } catch {
    return false;
  }
}

/** Whether a text has a token and its tag in each line. */
export async function looksTagged(text: TextSource): Promise<boolean> {
  let seen = 0;
  let spans = 0;
  let line = 0;
  for await (const each of textLines(text)) {
    if (++line > LOOKED_AT) break;
    const fields = fieldsOf(each);
    if (fields.length === 0 || fields[0] === DOCUMENT_START || isComment(fields)) continue;
    const tag = TAG.exec(fields.at(-1)!);
    if (fields.length < 2 || tag === null) return false;
    seen++;
    if (tag[1] !== undefined) spans++;
  }
  return spans > 0 || seen >= FEWEST_OUTSIDE;
}
