import { basename, extname } from "node:path";
import { columnText } from "./column-texts.ts";
import { openDuckDb, quotedText } from "./open-duckdb.ts";
import type { NativeQuery } from "./relation.ts";

/** A Parquet file whose columns are no lists or objects: of those our reader makes texts with spans. */
export async function parquetQuery(
  path: string,
  { memoryLimit }: { readonly memoryLimit: number },
): Promise<NativeQuery | undefined> {
  if (extname(path).toLowerCase() !== ".parquet") return undefined;
  const file = `read_parquet(${quotedText(path)})`;
  const database = await openDuckDb({ purpose: "Parquet files", files: [path], memoryLimit });
  try {
    const columns = await database.columns(`SELECT * FROM ${file}`);
    const texts = columns.map(columnText);
    if (texts.some(({ kind }) => kind === "list" || kind === "object")) return undefined;
    const cells = texts.map(({ sql }, i) => `nullif(${sql}, '') AS c${i}`).join(", ");
    return {
      name: basename(path),
      columns: columns.map(({ name }) => name),
      from: `(SELECT ${cells} FROM ${file})`,
      typed: new Set(texts.flatMap(({ kind }, i) => (kind === "number" ? [i] : []))),
      structured: new Set(),
      header: 0,
    };
  } catch {
    // Our reader says what is wrong with it.
    return undefined;
  } finally {
    await database.close();
  }
}
