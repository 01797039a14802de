import { ModelwrightError } from "@modelwright/contracts";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { decodeBody, textOf } from "./decode-body.ts";
import { jsonParser, readBodies, requireType } from "./json-body.ts";

/** The extension `binary_tensor_data` of the Open Inference Protocol: how many bytes of a body are JSON. */
export const JSON_LENGTH_HEADER = "inference-header-content-length";

/** The body of an inference request. */
export interface TensorBody {
  /** Parsed, not checked. */
  readonly json: unknown;
  /** The bytes behind the JSON; absent where the whole body is JSON. */
  readonly tail?: Buffer;
}

/** Reads every body as JSON, which the bytes of tensors may follow where a header says how long it is. */
export function readTensorBodies(app: FastifyInstance, { bodyLimitBytes }: { readonly bodyLimitBytes: number }): void {
  const parse = jsonParser(app);
  readBodies(app, async (request, encoded): Promise<TensorBody> => {
    // A client on aiohttp announces JSON, too, as bytes.
    requireType(request, ["application/json", "application/octet-stream"]);
    const body = await decodeBody(request, encoded, bodyLimitBytes);
    if (request.headers[JSON_LENGTH_HEADER] === undefined) return { json: parse(request, textOf(body)) };
    const length = jsonLength(request, body.length);
    return { json: parse(request, textOf(body.subarray(0, length))), tail: body.subarray(length) };
  });
}

function jsonLength(request: FastifyRequest, most: number): number {
  const header = String(request.headers[JSON_LENGTH_HEADER]);
  const length = Number(header);
  if (/^\d{1,15}$/.test(header) && length <= most) return length;
  throw new ModelwrightError("SERVER_REQUEST_INVALID", {
    path: JSON_LENGTH_HEADER,
    rule: `must be the length of the JSON, 0 to the ${most} bytes of the body`,
    got: JSON.stringify(header.slice(0, 100)),
  });
}
