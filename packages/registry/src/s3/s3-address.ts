import type { FilesParameters } from "../files/files-place.ts";
import type { UrlFailure } from "../registry-place.ts";

/** What a URL says of a bucket. */
export interface S3Address {
  readonly bucket: string;
  /** Ends with a slash, or is empty. */
  readonly prefix: string;
  /** `s3://bucket/prefix`. */
  readonly location: string;
  /** Of a store that speaks as S3 does. Default: what the variables and files of AWS say. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Bytes of copies that are kept on this machine. */
  readonly cacheBytes: number;
}

const DEFAULT_CACHE = "20GiB";
const UNITS = { mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 } as const;

/** Rules for general purpose buckets: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketPattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * Reads `s3://bucket/prefix`.
 * @throws {ModelwrightError} What `fail` makes.
 */
export function parseS3Address(
  text: string,
  { parameters, fail }: { readonly parameters: FilesParameters; readonly fail: UrlFailure },
): S3Address {
  const [, bucket = "", path = ""] = /^s3:\/\/([^/]*)\/?(.*)$/is.exec(text) ?? [];
  if (!bucketPattern.test(bucket)) {
    const rule = "3 to 63 small letters, digits, dots and dashes, a letter or digit at both ends";
    throw fail(`files=${text}: the name of a bucket must be ${rule}, as in s3://bucket/prefix`);
  }
  const prefix = path.replace(/\/+$/, "");
  if (prefix !== "" && !prefix.split("/").every((part) => /^[A-Za-z0-9!_.*'()-]+$/.test(part) && !/^\.+$/.test(part))) {
    throw fail(`files=${text}: a prefix must be of parts of letters, digits and "-_.!*'()", divided by single "/"`);
  }
  const { endpoint, region, cache = DEFAULT_CACHE } = parameters;
  if (endpoint !== undefined && !/^https?:\/\/[^/?#@\s]+\/?$/i.test(endpoint)) {
    throw fail(`endpoint=${endpoint}: must be of the form https://host:port, without user and path`);
  }
  return {
    bucket,
    prefix: prefix === "" ? "" : `${prefix}/`,
    location: `s3://${bucket}${prefix === "" ? "" : `/${prefix}`}`,
    cacheBytes: cacheBytes(cache, fail),
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
  };
}

function cacheBytes(text: string, fail: UrlFailure): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(mib|gib|tib)$/.exec(text.toLowerCase()) ?? [];
  if (count === undefined) throw fail(`cache=${text}: must be a size such as 500MiB, 20GiB or 1TiB`);
  return Math.floor(Number(count) * UNITS[unit as keyof typeof UNITS]);
}
