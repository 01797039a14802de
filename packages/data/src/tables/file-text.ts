import { createReadStream } from "node:fs";
import { decodedChunks, decodedStream, detectTextEncoding, namedChunks, namedDecoder } from "./text-encoding.ts";

/** A file and what messages call it. */
export interface NamedFile {
  readonly path: string;
  /** Default: the path. */
  readonly name?: string;
  /** A label of the WHATWG Encoding Standard. Default: told from the bytes. */
  readonly encoding?: string;
  /** Of a compressed file, what makes its bytes of those that lie there. */
  readonly unpack?: (bytes: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;
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
  /** The encoding, where it was guessed. */
  readonly guessed?: string;
}

/**
 * Opens a text file in whatever encoding it is.
 *
 * @throws {ModelwrightError} `DATA_ENCODING_UNREADABLE` for a binary file, `DATA_ENCODING_UNKNOWN`.
 */
export async function openText({ path, name = path, encoding, unpack }: NamedFile): Promise<TextSource> {
  const read = (): AsyncIterable<Buffer> => createReadStream(path);
  const bytes = unpack === undefined ? read : () => unpack(read());
  if (encoding !== undefined) return namedText(bytes, { name, encoding });
  const { label, warning } = await detectTextEncoding(bytes(), name);
  const chunks = () => decodedChunks(bytes(), { encoding: label, name });
  if (warning === undefined) return { name, chunks, warnings: new Set() };
  return { name, chunks, warnings: new Set([warning]), ...(label === "utf-8" ? {} : { guessed: label }) };
}

/**
 * Takes text from a pipe as it comes, in whatever encoding it is.
 *
 * While it is read: `DATA_ENCODING_UNREADABLE` for anything but text.
 *
 * @param options.encoding A label of the WHATWG Encoding Standard. Default: told from the bytes.
 * @throws {ModelwrightError} `DATA_ENCODING_UNKNOWN`.
 */
export function pipedText(
  stream: AsyncIterable<Buffer>,
  { name, encoding }: { readonly name: string; readonly encoding?: string | undefined },
): TextSource {
  if (encoding !== undefined) return namedText(() => stream, { name, encoding });
  const warnings = new Set<string>();
  return { name, chunks: () => decodedStream(stream, { name, warn: (warning) => warnings.add(warning) }), warnings };
}

function namedText(
  bytes: () => AsyncIterable<Buffer>,
  { name, encoding: label }: { readonly name: string; readonly encoding: string },
): TextSource {
  const { encoding } = namedDecoder(label);
  const warnings = new Set<string>();
  const warn = (warning: string) => {
    if (warnings.size === 0) warnings.add(warning);
  };
  return { name, chunks: () => namedChunks(bytes(), { encoding, name, warn }), warnings };
}
