import { decodedChunks, decodedStream, detectTextEncoding } from "./text-encoding.ts";

/** A file and what messages call it. */
export interface NamedFile {
  readonly path: string;
  /** Default: the path. */
  readonly name?: string;
}

/** Text that can be read. */
export interface TextSource {
  /** What messages call it. */
  readonly name: string;
  /**
   * The text in pieces, without a byte order mark; each call begins anew, of a pipe only the first gives
   * anything.
   */
  readonly chunks: () => AsyncIterable<string>;
  /** Complete when the chunks have been read. */
  readonly warnings: Set<string>;
}

/**
 * Opens a text file in whatever encoding it is.
 *
 * @throws {ModelwrightError} `DATA_ENCODING_UNREADABLE` for a binary file.
 */
export async function openText({ path, name = path }: NamedFile): Promise<TextSource> {
  const { label, warning } = await detectTextEncoding(path, name);
  const warnings = new Set(warning === undefined ? [] : [warning]);
  return { name, chunks: () => decodedChunks(path, label), warnings };
}

/**
 * Takes text from a pipe as it comes, in whatever encoding it is.
 *
 * While it is read: `DATA_ENCODING_UNREADABLE` for anything but text.
 */
export function pipedText(stream: AsyncIterable<Buffer>, name: string): TextSource {
  const warnings = new Set<string>();
  return { name, chunks: () => decodedStream(stream, { name, warn: (warning) => warnings.add(warning) }), warnings };
}
