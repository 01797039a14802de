import type { Readable } from "node:stream";
import type * as Sdk from "@aws-sdk/client-s3";
import { importPeer } from "@modelwright/contracts";
import type { S3Address } from "./s3-address.ts";
import { s3Failure, statusOf } from "./s3-failure.ts";

/** What is known of an object without reading it. */
export interface ObjectFacts {
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
  /** What the store itself has computed, or else what was noted with the object; undefined where neither is there. */
  readonly sha256: string | undefined;
}

/** An object in a list. */
export interface ListedObject {
  /** Below the prefix. */
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}

/** A multipart upload that has not ended. */
export interface OpenUpload {
  readonly key: string;
  readonly id: string;
  readonly startedAt: Date;
}

/** A part that lies in the store. */
export interface StoredPart {
  readonly number: number;
  readonly etag: string;
  readonly sizeBytes: number;
  /** Undefined where the store computes none. */
  readonly sha256: string | undefined;
}

/** Milliseconds within which a connection is made, and within which one that was made says something. */
const CONNECT_MS = 5_000;
const SILENCE_MS = 30_000;
const ATTEMPTS = 5;

/**
 * The calls of S3 that a registry needs, of keys below a prefix. Each is tried again with growing pauses where the network
 * or the store fails; the SDK is loaded by the first.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export class Bucket {
  readonly address: S3Address;
  #connected: Promise<{ readonly client: Sdk.S3Client; readonly sdk: typeof Sdk }> | undefined;

  constructor(address: S3Address) {
    this.address = address;
  }

  /** Facts of an object; undefined where there is none. */
  async head(key: string): Promise<ObjectFacts | undefined> {
    const found = await this.#callUnlessGone(
      key,
      (sdk, at) => new sdk.HeadObjectCommand({ ...at, ChecksumMode: "ENABLED" }),
    );
    if (found === undefined) return undefined;
    const { ContentLength = 0, LastModified = new Date(0), ChecksumSHA256, Metadata } = found;
    // A checksum of the parts' checksums has a dash and says nothing of the whole.
    const whole = ChecksumSHA256?.includes("-") === false ? hexOf(ChecksumSHA256) : undefined;
    return { sizeBytes: ContentLength, modifiedAt: LastModified, sha256: whole ?? Metadata?.["sha256"] };
  }

  /** A small object as a whole; undefined where there is none. */
  async read(key: string): Promise<Uint8Array | undefined> {
    const found = await this.#callUnlessGone(key, (sdk, at) => new sdk.GetObjectCommand(at));
    return found?.Body?.transformToByteArray().catch((cause: unknown) => {
      throw this.failure(cause, key);
    });
  }

  /** An object from a byte on; undefined where there is none. */
  async open(key: string, from: number): Promise<{ readonly body: Readable; readonly sizeBytes: number } | undefined> {
    const range = from === 0 ? {} : { Range: `bytes=${from}-` };
    const found = await this.#callUnlessGone(key, (sdk, at) => new sdk.GetObjectCommand({ ...at, ...range }));
    if (found === undefined) return undefined;
    return { body: found.Body as Readable, sizeBytes: from + (found.ContentLength ?? 0) };
  }

  /**
   * Writes an object, which the store compares with the digest before it keeps it.
   * @param options.unlessThere Leaves one that is there as it is.
   */
  async put(
    key: string,
    bytes: Uint8Array,
    { sha256, unlessThere = false }: { readonly sha256: string; readonly unlessThere?: boolean },
  ): Promise<void> {
    const put = (isConditional: boolean) =>
      this.#call(
        key,
        (sdk, at) =>
          new sdk.PutObjectCommand({
            ...at,
            Body: bytes,
            ChecksumSHA256: base64Of(sha256),
            Metadata: { sha256 },
            ...(isConditional && { IfNoneMatch: "*" }),
          }),
      );
    await (unlessThere ? this.#unlessThere(put) : put(false));
  }

  async remove(key: string): Promise<void> {
    await this.#callUnlessGone(key, (sdk, at) => new sdk.DeleteObjectCommand(at));
  }

  /** Objects whose keys begin so, in the order of their keys. */
  async *list(below: string): AsyncGenerator<ListedObject> {
    for await (const { Contents = [] } of this.#pages(below)) {
      for (const { Key = "", Size = 0, LastModified = new Date(0) } of Contents) {
        yield { key: this.#inside(Key), sizeBytes: Size, modifiedAt: LastModified };
      }
    }
  }

  /** Names of the "folders" right below. */
  async folders(below: string): Promise<string[]> {
    const names: string[] = [];
    for await (const { CommonPrefixes = [] } of this.#pages(below, "/")) {
      for (const { Prefix = "" } of CommonPrefixes) names.push(this.#inside(Prefix).slice(below.length, -1));
    }
    return names;
  }

  /** Uploads of keys that begin so and have not ended. */
  async *uploads(below: string): AsyncGenerator<OpenUpload> {
    let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
    for (let isMore = true; isMore; ) {
      const page = await this.#call(
        below,
        (sdk, { Bucket, Key }) => new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: Key, ...from }),
      );
      for (const { Key = "", UploadId = "", Initiated = new Date(0) } of page.Uploads ?? []) {
        yield { key: this.#inside(Key), id: UploadId, startedAt: Initiated };
      }
      isMore = page.IsTruncated === true;
      from = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    }
  }

  async beginUpload(key: string, sha256: string): Promise<string> {
    const { UploadId = "" } = await this.#call(
      key,
      (sdk, at) => new sdk.CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: "SHA256", Metadata: { sha256 } }),
    );
    return UploadId;
  }

  /** The parts of an upload; undefined where it has ended. */
  async parts({ key, id }: Pick<OpenUpload, "key" | "id">): Promise<StoredPart[] | undefined> {
    const parts: StoredPart[] = [];
    let marker: string | undefined;
    do {
      const from = marker === undefined ? {} : { PartNumberMarker: marker };
      const page = await this.#callUnlessGone(
        key,
        (sdk, at) => new sdk.ListPartsCommand({ ...at, UploadId: id, ...from }),
      );
      if (page === undefined) return undefined;
      for (const { PartNumber: number = 0, ETag: etag = "", Size: sizeBytes = 0, ChecksumSHA256 } of page.Parts ?? []) {
        const sha256 = ChecksumSHA256 === undefined ? undefined : hexOf(ChecksumSHA256);
        parts.push({ number, etag, sizeBytes, sha256 });
      }
      marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
    } while (marker !== undefined);
    return parts;
  }

  /** @returns Undefined where the upload has ended. */
  async putPart(
    { key, id }: Pick<OpenUpload, "key" | "id">,
    { number, bytes, sha256 }: { readonly number: number; readonly bytes: Uint8Array; readonly sha256: string },
  ): Promise<StoredPart | undefined> {
    const kept = await this.#callUnlessGone(
      key,
      (sdk, at) =>
        new sdk.UploadPartCommand({
          ...at,
          UploadId: id,
          PartNumber: number,
          Body: bytes,
          ChecksumSHA256: base64Of(sha256),
        }),
    );
    if (kept === undefined) return undefined;
    const isComputed = kept.ChecksumSHA256 !== undefined;
    return {
      number,
      etag: kept.ETag ?? "",
      sizeBytes: bytes.byteLength,
      sha256: isComputed ? sha256 : undefined,
    };
  }

  /** Makes an object of the parts. @returns False where the upload has ended. */
  async endUpload(
    { key, id }: Pick<OpenUpload, "key" | "id">,
    { parts, unlessThere }: { readonly parts: readonly StoredPart[]; readonly unlessThere: boolean },
  ): Promise<boolean> {
    const Parts = parts.map(({ number, etag, sha256 }) => ({
      PartNumber: number,
      ETag: etag,
      ...(sha256 !== undefined && { ChecksumSHA256: base64Of(sha256) }),
    }));
    let hasEnded = false;
    const end = async (isConditional: boolean) => {
      const made = await this.#callUnlessGone(
        key,
        (sdk, at) =>
          new sdk.CompleteMultipartUploadCommand({
            ...at,
            UploadId: id,
            MultipartUpload: { Parts },
            ...(isConditional && { IfNoneMatch: "*" }),
          }),
      );
      hasEnded = made === undefined;
      return made;
    };
    if (!unlessThere) await end(false);
    // What another one has put there meanwhile has the same content: this upload is of no use any more.
    else if ((await this.#unlessThere(end)) === "there") await this.abortUpload({ key, id });
    return !hasEnded;
  }

  async abortUpload({ key, id }: Pick<OpenUpload, "key" | "id">): Promise<void> {
    await this.#callUnlessGone(key, (sdk, at) => new sdk.AbortMultipartUploadCommand({ ...at, UploadId: id }));
  }

  /** An error of the SDK as ours. */
  failure(cause: unknown, key: string): Error {
    const { bucket, prefix } = this.address;
    return s3Failure(cause, { bucket, ...(prefix + key !== "" && { key: prefix + key }) });
  }

  /** Tries a call under the condition that nothing is there, and without it where the store knows no such condition. */
  async #unlessThere(call: (isConditional: boolean) => Promise<unknown>): Promise<"done" | "there"> {
    for (let left = ATTEMPTS; ; left--) {
      try {
        await call(true);
        return "done";
      } catch (error) {
        const status = statusOf((error as Error).cause);
        if (status === 412) return "there";
        if (status === 501) {
          await call(false);
          return "done";
        }
        // Another one is putting the same there this moment.
        if (status !== 409 || left === 0) throw error;
      }
    }
  }

  async *#pages(below: string, delimiter?: string): AsyncGenerator<Sdk.ListObjectsV2CommandOutput> {
    let token: string | undefined;
    do {
      const from = {
        ...(token !== undefined && { ContinuationToken: token }),
        ...(delimiter && { Delimiter: delimiter }),
      };
      const page: Sdk.ListObjectsV2CommandOutput = await this.#call(
        below,
        (sdk, { Bucket, Key }) => new sdk.ListObjectsV2Command({ Bucket, Prefix: Key, ...from }),
      );
      yield page;
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  /** The answer; undefined where what is asked for is not there. */
  async #callUnlessGone<Output extends Sdk.ServiceOutputTypes>(
    key: string,
    command: CommandMaker<Output>,
  ): Promise<Output | undefined> {
    try {
      return await this.#call(key, command);
    } catch (error) {
      const cause = (error as Error).cause as Error | undefined;
      // A bucket that is not there is a mistake, not an answer; a HEAD does not tell them apart.
      if (statusOf(cause) === 404 && cause?.name !== "NoSuchBucket") return undefined;
      throw error;
    }
  }

  async #call<Output extends Sdk.ServiceOutputTypes>(key: string, command: CommandMaker<Output>): Promise<Output> {
    try {
      this.#connected ??= this.#connect();
      const { client, sdk } = await this.#connected;
      const made = command(sdk, { Bucket: this.address.bucket, Key: this.address.prefix + key });
      return (await client.send(made as unknown as Sdk.HeadObjectCommand)) as unknown as Output;
    } catch (cause) {
      throw this.failure(cause, key);
    }
  }

  async #connect(): Promise<{ readonly client: Sdk.S3Client; readonly sdk: typeof Sdk }> {
    const sdk = await importPeer({
      name: "@aws-sdk/client-s3",
      load: () => import("@aws-sdk/client-s3"),
      purpose: "Registries with files on S3",
    });
    const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_DEFAULT_REGION, AWS_MAX_ATTEMPTS } = process.env;
    // It warns of versions to come, which want a newer Node.js, in eight lines of every command.
    process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
    const endpoint = this.address.endpoint ?? AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL;
    const region = this.address.region ?? AWS_REGION ?? AWS_DEFAULT_REGION;
    const client = new sdk.S3Client({
      // Other stores want the bucket in the path.
      forcePathStyle: endpoint !== undefined,
      ...(endpoint !== undefined && { endpoint }),
      ...(region === undefined ? { region: "us-east-1", followRegionRedirects: true } : { region }),
      ...(AWS_MAX_ATTEMPTS === undefined && { maxAttempts: ATTEMPTS }),
      // Digests are given where bytes are put, and compared where they are read.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
    });
    return { sdk, client };
  }

  #inside(key: string): string {
    return key.slice(this.address.prefix.length);
  }
}

type CommandMaker<Output> = (
  sdk: typeof Sdk,
  at: { readonly Bucket: string; readonly Key: string },
) => { readonly resolveMiddleware: (...args: never[]) => (...args: never[]) => Promise<{ readonly output: Output }> };

function base64Of(sha256: string): string {
  return Buffer.from(sha256, "hex").toString("base64");
}

function hexOf(base64: string): string {
  return Buffer.from(base64, "base64").toString("hex");
}
