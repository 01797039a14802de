import { isUtf8 } from "node:buffer";
import { open } from "node:fs/promises";
import { basename, extname } from "node:path";
import { readCsv } from "../tables/csv.ts";
import { detectDelimiter } from "../tables/csv-delimiter.ts";
import { quotedText } from "./open-duckdb.ts";
import type { NativeQuery } from "./relation.ts";

const HEAD_BYTES = 2 ** 18;
const ENDINGS: readonly string[] = [".csv", ".tsv"];
/** What is read at a time. A quarter of it is a batch of rows, of which with half as much so few come that DuckDB copies them together. */
const BUFFER_BYTES = 2 ** 26;
const MARK = "\ufeff";

/** A CSV file as DuckDB reads it: strictly, so that whatever our reader would read in another way is an error. */
export async function csvQuery(
  path: string,
  { wanted, isLarge }: { readonly wanted: readonly string[]; readonly isLarge: boolean },
): Promise<NativeQuery | undefined> {
  if (!isLarge || !ENDINGS.includes(extname(path).toLowerCase())) return undefined;
  const head = await headOf(path);
  if (head === undefined || !isRegular(head)) return undefined;
  const name = basename(path);
  const text = {
    name,
    chunks: async function* () {
      yield head;
    },
    warnings: new Set<string>(),
  };
  const { columns } = await readCsv(text, { wanted });
  // Of one column an empty line is a row to DuckDB.
  if (columns.length < 2) return undefined;
  const types = columns.map((_, i) => `'c${i}': 'VARCHAR'`).join(", ");
  const delimiter = quotedText(detectDelimiter(head, wanted));
  const options = `delim = ${delimiter}, quote = '"', escape = '"', header = true, auto_detect = false, strict_mode = true, buffer_size = ${BUFFER_BYTES}`;
  return {
    name,
    columns,
    from: `read_csv(${quotedText(path)}, ${options}, columns = {${types}})`,
    typed: new Set(),
    structured: new Set(),
    header: 1,
  };
}

/** The first lines, whole; undefined where they are not UTF-8. */
async function headOf(path: string): Promise<string | undefined> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const end = buffer.subarray(0, bytesRead).lastIndexOf("\n");
    const lines = buffer.subarray(0, end + 1);
    if (lines.length === 0 || lines.includes(0) || !isUtf8(lines)) return undefined;
    const text = lines.toString();
    return text.startsWith(MARK) ? text.slice(1) : text;
  } finally {
    await file.close();
  }
}

/** Whether a file begins with its header, in one line that ends as DuckDB knows it. */
function isRegular(head: string): boolean {
  const header = head.slice(0, head.indexOf("\n"));
  return header.trim() !== "" && !/^sep=/i.test(header) && (header.match(/"/g)?.length ?? 0) % 2 === 0;
}
