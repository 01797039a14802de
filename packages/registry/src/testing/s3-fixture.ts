import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { vi } from "vitest";
import type { VersionKey } from "../files/file-store.ts";
import { Bucket } from "../s3/bucket.ts";
import { S3FileStore } from "../s3/s3-file-store.ts";
import { FakeS3 } from "./fake-s3.ts";

const BUCKET = "models";

/** A bucket of its own, and machines that use it. */
export class S3Fixture {
  readonly s3: FakeS3;
  readonly directory: string;
  readonly cacheBytes: number;

  private constructor(s3: FakeS3, { directory, cacheBytes }: { directory: string; cacheBytes: number }) {
    this.s3 = s3;
    this.directory = directory;
    this.cacheBytes = cacheBytes;
  }

  /** @param options.attempts That the SDK makes of each request. Default: 3. */
  static async create({ attempts = 3, cacheBytes = 2 ** 30 } = {}): Promise<S3Fixture> {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "key-of-the-test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    vi.stubEnv("AWS_MAX_ATTEMPTS", String(attempts));
    const directory = await mkdtemp(join(tmpdir(), "s3-"));
    return new S3Fixture(await FakeS3.start(), { directory, cacheBytes });
  }

  async close(): Promise<void> {
    vi.unstubAllEnvs();
    await this.s3.stop().catch(() => {});
    await rm(this.directory, { recursive: true, force: true });
  }

  /** A new store, as a process that has just started has it. */
  store(machine = "here"): S3FileStore {
    const { cacheBytes } = this;
    const location = `s3://${BUCKET}/team`;
    const address = { bucket: BUCKET, prefix: "team/", location, endpoint: this.s3.url, cacheBytes };
    return new S3FileStore(new Bucket(address), join(this.directory, machine));
  }

  /** Files in a new folder. */
  async stage(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
    const folder = await mkdtemp(join(this.directory, "staged-"));
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    return folder;
  }

  /** Puts a version from a machine of its own. */
  async keep(key: VersionKey, files: Readonly<Record<string, string | Uint8Array>>) {
    const store = this.store("elsewhere");
    const folder = await store.seal(await this.stage(files));
    await folder.place(key);
    await store.settle(key);
    await folder.release("registered");
    return folder.files;
  }

  /** Requests that came since, of a method and whose key holds a text. */
  requests(method: string, part: string): string[] {
    return this.s3.requests.filter((request) => request.startsWith(`${method} `) && request.includes(part));
  }

  keyOf(sha256: string): string {
    return `team/content/sha256/${sha256.slice(0, 2)}/${sha256.slice(2)}`;
  }
}
