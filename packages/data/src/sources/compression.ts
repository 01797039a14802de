import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ModelwrightError } from "@modelwright/contracts";

/** What a compressed file may become: a few bytes that become a full disk are an attack or an accident. */
const EXPANSION = { ratio: 250, from: 2 ** 25, ceiling: 2 ** 36 };
/** Of Zstandard 4 bytes may become 128 KiB at once, so that it is given little at a time. */
const ZSTD_PIECE = 4096;

/** How compressed bytes become what they were. */
type Decompress = (bytes: AsyncIterable<Buffer>, check: (size: number) => void) => AsyncIterable<Buffer>;

/** Compressions by what stands last in a file's name, in lower case. A new one is a row here. */
const COMPRESSIONS: Readonly<Record<string, Decompress>> = { ".gz": gunzip, ".zst": unzstd };

export const COMPRESSED_ENDINGS: readonly string[] = Object.keys(COMPRESSIONS);

/**
 * The bytes of a compressed file as they were, in pieces.
 *
 * While they are read: `DATA_FILE_DAMAGED` where they are not what the ending says, or cut off; `DATA_TOO_LARGE` from
 * 32 MiB on, where they become more than 250 times as many, and from 64 GiB on.
 *
 * @param file.ending One of `COMPRESSED_ENDINGS`.
 */
export async function* decompressed(
  bytes: AsyncIterable<Buffer>,
  { name, ending }: { readonly name: string; readonly ending: string },
): AsyncGenerator<Buffer> {
  let taken = 0;
  let given = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      taken += chunk.length;
      yield chunk;
    }
  }
  const check = (size: number): void => {
    given += size;
    if (given > EXPANSION.from && given > taken * EXPANSION.ratio)
      throw tooLarge(name, `more than ${EXPANSION.ratio} times as many bytes`);
    if (given > EXPANSION.ceiling) throw tooLarge(name, `more than ${EXPANSION.ceiling / 2 ** 30} GiB`);
  };
  try {
    yield* COMPRESSIONS[ending]!(counted(), check);
  } catch (cause) {
    throw isDamage(cause)
      ? new ModelwrightError("DATA_FILE_DAMAGED", { file: name, problem: cause.message }, { cause })
      : cause;
  }
}

async function* gunzip(bytes: AsyncIterable<Buffer>, check: (size: number) => void): AsyncGenerator<Buffer> {
  const unzip = createGunzip({ chunkSize: 65_536 });
  // Its callback keeps a failure of the file from being thrown twice: the iteration below throws it.
  pipeline(Readable.from(bytes), unzip, () => {});
  for await (const chunk of unzip as AsyncIterable<Buffer>) {
    check(chunk.length);
    yield chunk;
  }
}

async function* unzstd(bytes: AsyncIterable<Buffer>, check: (size: number) => void): AsyncGenerator<Buffer> {
  // Only here: few files are compressed with it.
  const { Decompress } = await import("fzstd");
  let ready: Buffer[] = [];
  const stream = new Decompress((data) => {
    check(data.length);
    ready.push(Buffer.from(data));
  });
  const push = (piece: Buffer, isLast: boolean): void => {
    try {
      stream.push(piece, isLast);
    } catch (error) {
      throw error instanceof ModelwrightError ? error : new Damage(error);
    }
  };
  for await (const chunk of bytes) {
    for (let start = 0; start < chunk.length; start += ZSTD_PIECE) {
      push(chunk.subarray(start, start + ZSTD_PIECE), false);
      yield* ready;
      ready = [];
    }
  }
  push(Buffer.alloc(0), true);
  yield* ready;
}

/** What a decompressor says of bytes that are none of its own. */
class Damage extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Other failures are those of the disk. */
function isDamage(error: unknown): error is Error {
  return error instanceof Damage || (error instanceof Error && "code" in error && String(error.code).startsWith("Z_"));
}

function tooLarge(file: string, what: string): ModelwrightError {
  return new ModelwrightError("DATA_TOO_LARGE", {
    file,
    problem: `the file becomes ${what} when it is decompressed`,
    remedy: "Decompress it yourself, look at what comes out, and give that file.",
  });
}
