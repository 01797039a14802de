import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { posix } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { importPeer, ModelwrightError } from "@modelwright/contracts";
import type { Table } from "../tables/table.ts";
import { LARGEST_FILE } from "./https.ts";
import { openTableFile } from "./table-file.ts";
import type { TableOptions } from "./table-options.ts";
import { temporaryFile } from "./temporary-files.ts";

const PLACE = /^\/\/([^/]+)\/(.+?)(?:#(.+))?$/s;
const MISSING = new Set(["NoSuchKey", "NoSuchBucket", "NotFound"]);

/**
 * Opens an object of S3, or of a store that speaks as it does: it is fetched into a temporary file first.
 *
 * Keys, region and endpoint are those of the environment and of `~/.aws`, as every program of AWS takes them; with
 * `AWS_ENDPOINT_URL` the bucket stands in the path, as other stores want it.
 *
 * @param place `//bucket/key`, with `#sheet` behind a spreadsheet.
 * @throws {ModelwrightError} `PEER_MISSING`, `DATA_SOURCE_NOT_FOUND`, `DATA_SOURCE_FAILED`, `DATA_TOO_LARGE`, and what
 *   its format throws.
 */
export async function openS3(place: string, options: TableOptions): Promise<Table> {
  const source = `s3:${place}`;
  const [, bucket, key, sheet] = PLACE.exec(place) ?? [];
  if (bucket === undefined || key === undefined) throw failed(source, "an object is written s3://bucket/key");
  const path = await fetched({ source, bucket, key });
  const name = options.name ?? posix.basename(key);
  return openTableFile(path, { ...options, name, source, ...(sheet === undefined ? {} : { sheet }) });
}

interface StoredObject {
  readonly source: string;
  readonly bucket: string;
  readonly key: string;
}

async function fetched({ source, bucket, key }: StoredObject): Promise<string> {
  const { S3Client, GetObjectCommand } = await importPeer({
    name: "@aws-sdk/client-s3",
    load: () => import("@aws-sdk/client-s3"),
    purpose: "Objects of S3",
  });
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const region = AWS_REGION ?? AWS_DEFAULT_REGION;
  const client = new S3Client({
    forcePathStyle: (AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL) !== undefined,
    ...(region === undefined ? { region: "us-east-1", followRegionRedirects: true } : {}),
  });
  const path = await temporaryFile(posix.basename(key));
  try {
    const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    await pipeline(limited(Body as Readable, { source, announced: ContentLength }), createWriteStream(path));
    return path;
  } catch (cause) {
    await rm(path, { force: true });
    throw failure(cause, { source, bucket, key });
  } finally {
    client.destroy();
  }
}

async function* limited(
  body: Readable,
  { source, announced }: { readonly source: string; readonly announced: number | undefined },
): AsyncGenerator<Buffer> {
  let received = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    received += chunk.length;
    if (received > LARGEST_FILE) {
      const remedy = "Copy the file to this machine, and give its path.";
      throw new ModelwrightError("DATA_TOO_LARGE", {
        file: source,
        problem: `more than ${LARGEST_FILE / 2 ** 30} GiB`,
        remedy,
      });
    }
    yield chunk;
  }
  if (announced !== undefined && received !== announced)
    throw failed(source, `the connection ended after ${received} of ${announced} bytes`);
}

function failure(cause: unknown, { source, bucket, key }: StoredObject): unknown {
  if (!(cause instanceof Error) || cause instanceof ModelwrightError) return cause;
  if (MISSING.has(cause.name))
    return new ModelwrightError(
      "DATA_SOURCE_NOT_FOUND",
      { source, looked: `${key} in the bucket ${bucket}` },
      { cause },
    );
  const code = "code" in cause ? String(cause.code) : "";
  return failed(
    source,
    [cause.name === "Error" ? "" : cause.name, cause.message === "" ? code : cause.message]
      .filter((part) => part !== "")
      .join(": "),
    cause,
  );
}

function failed(source: string, problem: string, cause?: unknown): ModelwrightError {
  return new ModelwrightError("DATA_SOURCE_FAILED", { source, problem }, { cause });
}
