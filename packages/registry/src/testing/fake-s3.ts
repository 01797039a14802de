import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a request is answered with instead of what it asks for. */
export interface Fault {
  /** An error of S3, which does nothing. */
  readonly error?: readonly [status: number, name: string];
  /** Waits before the answer. */
  readonly afterMs?: number;
  /** Ends the connection after so many bytes of the body. */
  readonly cutAfter?: number;
  /** Says nothing more after so many bytes of the body. */
  readonly stopAfter?: number;
  /** Changes a byte of the body. */
  readonly isWrong?: boolean;
  /** Does what is asked for, and ends the connection instead of the answer. */
  readonly isUnanswered?: boolean;
}

/** A request as faults see it. */
export interface S3Request {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  /** Whether it is to do something only where nothing is there. */
  readonly isConditional: boolean;
}

interface StoredObject {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly checksum?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Multipart {
  readonly bucket: string;
  readonly key: string;
  readonly startedAt: Date;
  readonly metadata: Readonly<Record<string, string>>;
  readonly parts: Map<number, { readonly bytes: Buffer; readonly checksum: string; readonly etag: string }>;
}

interface Call extends S3Request {
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** S3 refuses requests of clocks that differ by more. */
const SKEW_MS = 15 * 60_000;
/** Few, so that tests see lists of several pages. */
const PAGE = 7;

/**
 * A small S3 on loopback, in memory: the calls that a registry makes, with conditions, checksums and pages as S3 has them.
 * Buckets are there from the start; who asks is not checked.
 */
export class FakeS3 {
  readonly url: string;
  /** Each request that came, `PUT bucket/key?query`. */
  readonly requests: string[] = [];
  /** Decides about each request; undefined answers it as it should be. */
  fault: (request: S3Request) => Fault | undefined = () => undefined;
  /** How far the clock of the store is ahead. */
  aheadMs = 0;
  readonly #server: Server;
  readonly #objects = new Map<string, StoredObject>();
  readonly #uploads = new Map<string, Multipart>();

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (request, response) => void this.#serve(request, response));
  }

  /** @param port Default: a free one. */
  static async start(port = 0): Promise<FakeS3> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    return new FakeS3(server);
  }

  /** Ends it with all connections; nobody answers there any more. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Keys that there are in a bucket, in their order. */
  keys(bucket: string): string[] {
    const names = [...this.#objects.keys()].filter((name) => name.startsWith(`${bucket}/`));
    return names.map((name) => name.slice(bucket.length + 1)).sort();
  }

  get(bucket: string, key: string): Buffer | undefined {
    return this.#objects.get(`${bucket}/${key}`)?.bytes;
  }

  /** Puts an object as another program would; `undefined` takes it away. */
  set(bucket: string, key: string, bytes: Uint8Array | undefined): void {
    const name = `${bucket}/${key}`;
    if (bytes === undefined) this.#objects.delete(name);
    else this.#objects.set(name, { ...objectOf(Buffer.from(bytes)), checksum: sha256Of(bytes), metadata: {} });
  }

  /** Changes the content and leaves all that is said of it. */
  rot(bucket: string, key: string, bytes: Uint8Array): void {
    const name = `${bucket}/${key}`;
    this.#objects.set(name, { ...this.#objects.get(name)!, bytes: Buffer.from(bytes) });
  }

  /** Makes everything older. */
  age(milliseconds: number): void {
    const older = (date: Date) => new Date(date.getTime() - milliseconds);
    for (const [name, object] of this.#objects) {
      this.#objects.set(name, { ...object, modifiedAt: older(object.modifiedAt) });
    }
    for (const [id, upload] of this.#uploads) {
      this.#uploads.set(id, { ...upload, startedAt: older(upload.startedAt) });
    }
  }

  /** Keys of uploads that have not ended, with how many parts are there. */
  openUploads(): { readonly key: string; readonly parts: number }[] {
    return [...this.#uploads.values()].map(({ key, parts }) => ({ key, parts: parts.size }));
  }

  /** Puts other content in the place of each part that is there. */
  spoilParts(): void {
    for (const { parts } of this.#uploads.values()) {
      for (const [number, { bytes }] of parts) {
        const other = Buffer.alloc(bytes.length);
        parts.set(number, { bytes: other, checksum: sha256Of(other), etag: objectOf(other).etag });
      }
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    const [, bucket = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(decodeURIComponent(url.pathname)) ?? [];
    const { method = "GET", headers } = request;
    this.requests.push(`${method} ${bucket}/${key}${url.search}`);
    const isConditional = headers["if-none-match"] !== undefined;
    const asked = { method, bucket, key, query: url.searchParams, isConditional };
    const fault = this.fault(asked) ?? {};
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // The client has gone.
      return;
    }
    if (fault.afterMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.afterMs));
    const reply = this.#reply({ ...asked, headers, body: Buffer.concat(chunks) }, fault);
    if (fault.isUnanswered === true) return void response.destroy();
    send(response, { reply, fault, isHead: method === "HEAD", date: new Date(Date.now() + this.aheadMs) });
  }

  #reply(call: Call, { error }: Fault): Reply {
    if (error !== undefined) return failed(...error);
    const said = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(call.headers["x-amz-date"]));
    const [year = 0, month = 1, ...rest] = said?.slice(1).map(Number) ?? [];
    const at = Date.UTC(year, month - 1, rest[0], rest[1], rest[2], rest[3]);
    if (Math.abs(at - Date.now() - this.aheadMs) > SKEW_MS) return failed(403, "RequestTimeTooSkewed");
    const { method, query, key } = call;
    if (key === "" && query.has("uploads")) return this.#listUploads(call);
    if (key === "") return this.#list(call);
    const upload = query.get("uploadId");
    if (upload !== null) return this.#part(call, upload);
    if (query.has("uploads")) return this.#begin(call);
    return {
      PUT: () => this.#put(call),
      GET: () => this.#read(call),
      HEAD: () => this.#read(call),
      DELETE: () => this.#delete(call),
    }[method as "PUT"]();
  }

  #put({ bucket, key, headers, body }: Call): Reply {
    const name = `${bucket}/${key}`;
    if (headers["if-none-match"] === "*" && this.#objects.has(name)) return failed(412, "PreconditionFailed");
    const checksum = headers["x-amz-checksum-sha256"];
    if (checksum !== undefined && checksum !== sha256Of(body)) return failed(400, "BadDigest");
    const object = { ...objectOf(body), checksum: checksum && String(checksum), metadata: metadataOf(headers) };
    this.#objects.set(name, object);
    return { status: 200, headers: { etag: object.etag } };
  }

  #read({ bucket, key, headers }: Call): Reply {
    const object = this.#objects.get(`${bucket}/${key}`);
    if (object === undefined) return failed(404, "NoSuchKey");
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
    const about: Record<string, string> = { etag: object.etag, "last-modified": object.modifiedAt.toUTCString() };
    if (headers["x-amz-checksum-mode"] === "ENABLED" && object.checksum)
      about["x-amz-checksum-sha256"] = object.checksum;
    for (const [name, value] of Object.entries(object.metadata)) about[`x-amz-meta-${name}`] = value;
    return { status: from === 0 ? 200 : 206, headers: about, body: object.bytes.subarray(from) };
  }

  #delete({ bucket, key }: Call): Reply {
    this.#objects.delete(`${bucket}/${key}`);
    return { status: 204 };
  }

  #list({ bucket, query }: Call): Reply {
    const prefix = query.get("prefix") ?? "";
    const delimiter = query.get("delimiter");
    const after = query.get("continuation-token") ?? "";
    const folderOf = (key: string) => {
      const end = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
      return end < 0 ? undefined : key.slice(0, end + 1);
    };
    const found = this.keys(bucket).filter((key) => key.startsWith(prefix));
    const entries = [...new Set(found.map((key) => folderOf(key) ?? key))].filter((entry) => entry > after);
    const page = entries.slice(0, PAGE);
    const isMore = entries.length > page.length;
    const shown = page.map((entry) => {
      const object = this.#objects.get(`${bucket}/${entry}`);
      if (object === undefined) return tag("CommonPrefixes", tag("Prefix", entry));
      const { bytes, etag, modifiedAt } = object;
      const about = { Key: entry, LastModified: modifiedAt.toISOString(), ETag: etag, Size: String(bytes.length) };
      return tag("Contents", tags(about));
    });
    const next = isMore ? tag("NextContinuationToken", page.at(-1)!) : "";
    return xml("ListBucketResult", `${tag("IsTruncated", String(isMore))}${next}${shown.join("")}`);
  }

  #listUploads({ bucket, query }: Call): Reply {
    const prefix = query.get("prefix") ?? "";
    const found = [...this.#uploads].filter(([, each]) => each.bucket === bucket && each.key.startsWith(prefix));
    const shown = found.map(([id, { key, startedAt }]) =>
      tag("Upload", tags({ Key: key, UploadId: id, Initiated: startedAt.toISOString() })),
    );
    return xml("ListMultipartUploadsResult", `${tag("IsTruncated", "false")}${shown.join("")}`);
  }

  #begin({ bucket, key, headers }: Call): Reply {
    const id = randomBytes(8).toString("hex");
    const upload = { bucket, key, startedAt: new Date(), metadata: metadataOf(headers), parts: new Map() };
    this.#uploads.set(id, upload);
    return xml("InitiateMultipartUploadResult", tags({ Bucket: bucket, Key: key, UploadId: id }));
  }

  #part({ method, query, headers, body, ...at }: Call, id: string): Reply {
    const upload = this.#uploads.get(id);
    if (upload === undefined) return failed(404, "NoSuchUpload");
    if (method === "DELETE") {
      this.#uploads.delete(id);
      return { status: 204 };
    }
    if (method === "GET") return listParts(upload, Number(query.get("part-number-marker") ?? 0));
    if (method === "POST") return this.#end({ method, query, headers, body, ...at }, { id, upload });
    const checksum = sha256Of(body);
    if (headers["x-amz-checksum-sha256"] !== checksum) return failed(400, "BadDigest");
    const { etag } = objectOf(body);
    upload.parts.set(Number(query.get("partNumber")), { bytes: body, checksum, etag });
    return { status: 200, headers: { etag, "x-amz-checksum-sha256": checksum } };
  }

  #end(
    { bucket, key, headers, body }: Call,
    { id, upload }: { readonly id: string; readonly upload: Multipart },
  ): Reply {
    const name = `${bucket}/${key}`;
    if (headers["if-none-match"] === "*" && this.#objects.has(name)) return failed(412, "PreconditionFailed");
    const numbers = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map(([, number]) =>
      Number(number),
    );
    const parts = numbers.map((number) => upload.parts.get(number));
    if (parts.length === 0 || parts.some((part) => part === undefined)) return failed(400, "InvalidPart");
    const bytes = Buffer.concat(parts.map((part) => part!.bytes));
    const digests = Buffer.concat(parts.map((part) => Buffer.from(part!.checksum, "base64")));
    const checksum = `${sha256Of(digests)}-${parts.length}`;
    this.#objects.set(name, { ...objectOf(bytes), checksum, metadata: upload.metadata });
    this.#uploads.delete(id);
    return xml("CompleteMultipartUploadResult", tags({ Bucket: bucket, Key: key, ETag: '"of parts"' }));
  }
}

function listParts({ parts }: Multipart, after: number): Reply {
  const rest = [...parts].filter(([number]) => number > after).sort(([a], [b]) => a - b);
  const page = rest.slice(0, PAGE);
  const shown = page.map(([number, { bytes, checksum, etag }]) =>
    tag("Part", tags({ PartNumber: String(number), ETag: etag, Size: String(bytes.length), ChecksumSHA256: checksum })),
  );
  const isMore = rest.length > page.length;
  const next = isMore ? tag("NextPartNumberMarker", String(page.at(-1)![0])) : "";
  return xml("ListPartsResult", `${tag("IsTruncated", String(isMore))}${next}${shown.join("")}`);
}

function send(
  response: ServerResponse,
  { reply, fault, isHead, date }: { reply: Reply; fault: Fault; isHead: boolean; date: Date },
): void {
  const whole = Buffer.from(reply.body ?? "");
  const body = fault.isWrong === true && whole.length > 0 ? Buffer.from(whole) : whole;
  if (body !== whole) body[body.length - 1] = body.at(-1)! ^ 1;
  const { "content-length": _, ...headers } = { ...reply.headers };
  response.writeHead(reply.status, { ...headers, date: date.toUTCString(), "content-length": body.length });
  if (isHead) return void response.end();
  if (fault.stopAfter !== undefined) return void response.write(body.subarray(0, fault.stopAfter));
  if (fault.cutAfter === undefined) return void response.end(body);
  response.write(body.subarray(0, fault.cutAfter), () => response.destroy());
}

function failed(status: number, name: string): Reply {
  return { ...xml("Error", tags({ Code: name, Message: `This is ${name}.` })), status };
}

function xml(root: string, inside: string): Reply {
  const headers = { "content-type": "application/xml" };
  return { status: 200, headers, body: `<?xml version="1.0" encoding="UTF-8"?>\n${tag(root, inside)}` };
}

const tag = (name: string, inside: string) => `<${name}>${inside}</${name}>`;
const tags = (inside: Readonly<Record<string, string>>) =>
  Object.entries(inside)
    .map(([name, text]) =>
      tag(
        name,
        text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`),
      ),
    )
    .join("");

const sha256Of = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("base64");

function objectOf(bytes: Buffer): Pick<StoredObject, "bytes" | "etag" | "modifiedAt"> {
  return { bytes, etag: `"${createHash("md5").update(bytes).digest("hex")}"`, modifiedAt: new Date() };
}

function metadataOf(headers: IncomingMessage["headers"]): Record<string, string> {
  const own = Object.entries(headers).filter(([name]) => name.startsWith("x-amz-meta-"));
  return Object.fromEntries(own.map(([name, value]) => [name.slice("x-amz-meta-".length), String(value)]));
}
