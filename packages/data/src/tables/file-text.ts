import { decodedChunks, detectTextEncoding } from "./text-encoding.ts";

/** A file and what messages call it. */
export interface NamedFile {
  readonly path: string;
  /** Default: the path. */
  readonly name?: string;
}

export interface FileText {
  /** The text in pieces, without a byte order mark. */
  readonly chunks: AsyncGenerator<string>;
  readonly warnings: readonly string[];
}

/**
 * Opens a text file in whatever encoding it is.
 *
 * @throws {ModelwrightError} `DATA_ENCODING_UNREADABLE` for a binary file.
 */
export async function openText({ path, name = path }: NamedFile): Promise<FileText> {
  const { label, warning } = await detectTextEncoding(path, name);
  return { chunks: decodedChunks(path, label), warnings: warning === undefined ? [] : [warning] };
}
