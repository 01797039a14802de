import { isUtf8 } from "node:buffer";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { ModelwrightError } from "@modelwright/contracts";
import type { FastifyRequest } from "fastify";

type Decode = (body: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

/** By the header content-encoding. */
const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/**
 * The bytes of a body as they were before the client compressed them.
 *
 * @param limitBytes Of what comes out: a small body may stand for a huge one.
 * @throws {ModelwrightError} `SERVER_CONTENT_ENCODING`, `SERVER_BODY_TOO_LARGE`, `SERVER_BODY_INVALID`.
 */
export async function decodeBody(request: FastifyRequest, body: Buffer, limitBytes: number): Promise<Buffer> {
  const encoding = request.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding === "identity") return body;
  const decode = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined;
  if (decode === undefined) {
    throw new ModelwrightError("SERVER_CONTENT_ENCODING", {
      got: encoding.slice(0, 100),
      known: Object.keys(DECODERS),
    });
  }
  try {
    return await decode(body, { maxOutputLength: limitBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      throw new ModelwrightError("SERVER_BODY_TOO_LARGE", { limitBytes });
    }
    throw new ModelwrightError("SERVER_BODY_INVALID", { problem: `the body is not valid ${encoding}` }, { cause });
  }
}

/**
 * The text of bytes.
 * @throws {ModelwrightError} `SERVER_BODY_INVALID` for bytes that are not UTF-8, of which a decoder would make other characters in silence.
 */
export function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  throw new ModelwrightError("SERVER_BODY_INVALID", { problem: "the body is not valid UTF-8" });
}
