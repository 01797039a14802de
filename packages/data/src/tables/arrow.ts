import { type FileHandle, open, stat } from "node:fs/promises";
import { importPeer, ModelwrightError } from "@modelwright/contracts";
import type { DataType, Field, RecordBatch, RecordBatchReader } from "apache-arrow";
import { ArrowCells } from "./arrow-cells.ts";
import { columnNames } from "./column-names.ts";
import type { FileOptions } from "./format-options.ts";
import { lz4Frame } from "./lz4-frame.ts";
import type { Table, TableRow } from "./table.ts";
import { tokenColumnsOf, withSpansOfTokens } from "./token-lists.ts";

type Library = typeof import("apache-arrow");

/** Bytes that may be read of a file, in its size and at least; each reading counts as some. */
const READS = { times: 8, atLeast: 2 ** 20, cost: 64 };
/** What a file of record batches begins with; a stream of them begins without. */
const FILE_MAGIC = "ARROW1";
/**
 * Reads an Arrow file or stream (Feather too), compressed by LZ4, Zstandard or not at all, as a table, a record batch
 * at a time; a row's line is its number. Lists of tokens and of their tags become a text and its spans.
 *
 * @throws {ModelwrightError} `PEER_MISSING`, `DATA_EMPTY`; here and as rows are read `DATA_FILE_DAMAGED`.
 */
export async function readArrow(path: string, { name, wanted }: FileOptions): Promise<Table> {
  const library = await loadLibrary();
  const { size } = await stat(path);
  if (size === 0) throw new ModelwrightError("DATA_EMPTY", { file: name, problem: "the file is empty" });
  const cells = new ArrowCells(library);
  const fields = await fieldsOf(library, { path, name });
  const types = fields.map(({ type }) => type);
  const { columns, repeated, changes } = columnNames(fields.map((field) => field.name));
  const kinds = types.map((type) => cells.kind(type));
  async function* rows(): AsyncGenerator<TableRow> {
    let line = 0;
    for await (const batch of batches(library, { path, name })) {
      const vectors = types.map((_, at) => batch.getChildAt(at)!);
      for (let row = 0; row < batch.numRows; row++) {
        const texts = orDamaged(name, () => types.map((type, at) => cells.text(type, vectors[at]!.get(row))));
        yield { cells: texts, kinds, line: ++line };
      }
    }
  }
  const warnings = new Set([
    ...changes.map((change) => `${name}: ${change}`),
    ...types.flatMap((type, at) =>
      library.DataType.isBinary(type) || library.DataType.isLargeBinary(type)
        ? [`${name}: the column "${columns[at]}" holds bytes, which were read as base64`]
        : [],
    ),
  ]);
  const table: Table = { name, columns, rows: { [Symbol.asyncIterator]: rows }, warnings, repeated };
  return withSpansOfTokens(table, await tokenColumnsOf(table, wanted));
}

async function loadLibrary(): Promise<Library> {
  const name = "apache-arrow";
  const library = await importPeer({ name, load: () => import("apache-arrow"), purpose: "Arrow and Feather files" });
  const { decompress } = await import("fzstd");
  // Views of 64-bit numbers need bytes that begin where a buffer does.
  library.compressionRegistry.set(library.CompressionType.LZ4_FRAME, { decode: lz4Frame });
  library.compressionRegistry.set(library.CompressionType.ZSTD, { decode: (bytes) => decompress(bytes).slice() });
  return library;
}

interface NamedPath {
  readonly path: string;
  readonly name: string;
}

async function fieldsOf(library: Library, file: NamedPath): Promise<readonly Field[]> {
  const { reader, close } = await openReader(library, file);
  await close();
  const { fields } = reader.schema;
  if (fields.some((field) => typeof field.name !== "string"))
    throw damage(file.name, new Error("a column has no name"));
  return fields;
}

async function* batches(library: Library, file: NamedPath): AsyncGenerator<RecordBatch> {
  const { reader, close } = await openReader(library, file);
  try {
    for await (const batch of reader as AsyncIterable<RecordBatch>) {
      checkSize(library, batch);
      yield batch;
    }
  } catch (cause) {
    throw damage(file.name, cause);
  } finally {
    await close();
  }
}

/** A reader whose schema is read: of a file by its directory at the end, of a stream as it comes. */
async function openReader(
  { RecordBatchReader: Reader }: Library,
  { path, name }: NamedPath,
): Promise<{ readonly reader: RecordBatchReader; readonly close: () => Promise<void> }> {
  const handle = await open(path);
  const close = () => handle.close();
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(FILE_MAGIC.length), 0, FILE_MAGIC.length, 0);
    const isFile = buffer.toString("latin1", 0, bytesRead) === FILE_MAGIC;
    const reader: RecordBatchReader = isFile
      ? await Reader.from(await patient(handle))
      : await Reader.from(handle.createReadStream({ start: 0, autoClose: false }));
    await reader.open({ autoDestroy: false });
    // A stream that has no message is taken for an empty one.
    if ((reader.schema as unknown) === null) throw new Error("no schema in it");
    return { reader, close };
  } catch (cause) {
    await close();
    throw damage(name, cause);
  }
}

/**
 * A file of which no more is read than there can be: where a damaged directory sends the library back to what it has
 * read, it reads for ever.
 */
async function patient(handle: FileHandle): Promise<FileHandle> {
  const { size } = await handle.stat();
  let left = READS.times * size + READS.atLeast;
  const read = async (...place: readonly [Uint8Array, number, number, number]) => {
    const result = await handle.read(...place);
    left -= result.bytesRead + READS.cost;
    if (left < 0) throw new Error("its parts refer to each other in a circle");
    return result;
  };
  return { fd: handle.fd, stat: () => handle.stat(), close: async () => {}, read } as unknown as FileHandle;
}

/** @throws {Error} where a batch has more rows than its bytes can hold. */
function checkSize({ DataType }: Library, { data, numRows }: RecordBatch): void {
  for (const { type, values, valueOffsets } of data.children as readonly Sized[]) {
    const hasOffsets = DataType.isUtf8(type) || DataType.isBinary(type) || DataType.isList(type);
    const hasValues =
      DataType.isInt(type) || DataType.isFloat(type) || DataType.isBool(type) || DataType.isDictionary(type);
    const isShort = (hasOffsets && valueOffsets!.length <= numRows) || (hasValues && 8 * values!.length < numRows);
    if (isShort && numRows > 0) throw new Error(`a batch of ${numRows} rows lacks their bytes`);
  }
}

interface Sized {
  readonly type: DataType;
  readonly values?: ArrayLike<unknown>;
  readonly valueOffsets?: ArrayLike<unknown>;
}

function orDamaged<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw damage(file, cause);
  }
}

function damage(file: string, cause: unknown): ModelwrightError {
  const problem = cause instanceof Error ? cause.message : String(cause);
  return new ModelwrightError("DATA_FILE_DAMAGED", { file, problem }, { cause });
}
