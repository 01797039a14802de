import type { ContentDigest } from "../files/digest.ts";
import type { Leftover, LeftoverQuery } from "../garbage/leftover.ts";
import type { Bucket, ObjectFacts } from "./bucket.ts";
import { download } from "./download.ts";
import { uploadFile } from "./upload.ts";

const CONTENT = "content/sha256/";

/** Content that lies there for longer, and to which nothing refers, may be about to be removed. */
const FRESH_MS = 3_600_000;

/** Content by its digest in a bucket: `content/sha256/ab/cdef…`. Equal content is kept once. */
export class ContentStore {
  readonly #bucket: Bucket;

  constructor(bucket: Bucket) {
    this.#bucket = bucket;
  }

  /**
   * Puts bytes, or the file at a path, unless the content is there and as it should be.
   * @param options.isRenewed Whether old content is put again, so that it is not about to be removed. Default: false.
   */
  async put(
    source: string | Uint8Array,
    digest: ContentDigest,
    { isRenewed = false }: { readonly isRenewed?: boolean } = {},
  ): Promise<void> {
    const { sha256 } = digest;
    const key = keyOf(sha256);
    const found = await this.#bucket.head(key);
    const age = Date.now() - Number(found?.modifiedAt ?? 0);
    if (isSound(found, digest) && (!isRenewed || age < FRESH_MS)) return;
    const unlessThere = found === undefined;
    if (typeof source === "string") await uploadFile(this.#bucket, source, { ...digest, key, unlessThere });
    else await this.#bucket.put(key, source, { sha256, unlessThere });
  }

  /** What the store says of content, without reading it: whether it is missing, or differs; undefined where it does not. */
  async problem(digest: ContentDigest): Promise<string | undefined> {
    const found = await this.#bucket.head(keyOf(digest.sha256));
    if (isSound(found, digest)) return undefined;
    if (found === undefined) return "is missing";
    if (found.sizeBytes !== digest.sizeBytes) {
      return `has ${found.sizeBytes} bytes, registered with ${digest.sizeBytes}`;
    }
    return `has SHA-256 ${found.sha256 ?? "of which nothing is known"}, registered with ${digest.sha256}`;
  }

  /** Fetches content into a new file; see `FetchContent`. */
  fetch(sha256: string, path: string): Promise<string | undefined> {
    return download(this.#bucket, { key: keyOf(sha256), path });
  }

  /** Content that no record names, and what was put of content and never became whole. */
  async *leftovers({ before, isNamed }: Pick<LeftoverQuery, "before" | "isNamed">): AsyncGenerator<Leftover> {
    const { location } = this.#bucket.address;
    for await (const { key, sizeBytes, modifiedAt } of this.#bucket.list(CONTENT)) {
      const sha256 = key.slice(CONTENT.length).replace("/", "");
      if (modifiedAt >= before || isNamed(sha256)) continue;
      const remove = async () => {
        const now = await this.#bucket.head(key);
        if (now === undefined || now.modifiedAt >= before) return false;
        await this.#bucket.remove(key);
        return true;
      };
      yield { kind: "content", title: `${location}/${key}`, sizeBytes, sha256, remove };
    }
    for await (const upload of this.#bucket.uploads(CONTENT)) {
      const { key, startedAt } = upload;
      if (startedAt >= before) continue;
      const parts = (await this.#bucket.parts(upload)) ?? [];
      const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
      const remove = async () => {
        await this.#bucket.abortUpload(upload);
        return true;
      };
      yield { kind: "upload", title: `${location}/${key}`, sizeBytes, remove };
    }
  }
}

function keyOf(sha256: string): string {
  return `${CONTENT}${sha256.slice(0, 2)}/${sha256.slice(2)}`;
}

function isSound(found: ObjectFacts | undefined, { sha256, sizeBytes }: ContentDigest): boolean {
  return found?.sha256 === sha256 && found.sizeBytes === sizeBytes;
}
