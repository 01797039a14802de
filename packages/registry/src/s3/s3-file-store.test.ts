import { join } from "node:path";
import { afterEach, beforeEach, vi } from "vitest";
import { digestBytes } from "../files/digest.ts";
import { FakeS3 } from "../testing/fake-s3.ts";
import { describeFileStoreContract } from "../testing/file-store-contract.ts";
import { Bucket } from "./bucket.ts";
import { S3FileStore } from "./s3-file-store.ts";
import { listText, parseList } from "./version-list.ts";

beforeEach(() => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "key-of-the-test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
});
afterEach(() => vi.unstubAllEnvs());

const LIST = (name: string, version: number) => `team/models/${name}/${version}.json`;

describeFileStoreContract("S3", async (directory) => {
  const s3 = await FakeS3.start();
  const address = {
    bucket: "models",
    prefix: "team/",
    location: "s3://models/team",
    endpoint: s3.url,
    cacheBytes: 2 ** 30,
  };
  const store = () => new S3FileStore(new Bucket(address), join(directory, "machine"));
  return {
    store: store(),
    again: store,
    async tamper({ name, version }, path, bytes) {
      const list = LIST(name, version);
      if (path === ".") return s3.set("models", list, undefined);
      const files = parseList(s3.get("models", list)!.toString(), { name, version, location: "" });
      const others = files.filter((file) => file.path !== path);
      const file = bytes && { path, ...digestBytes(bytes) };
      s3.set("models", list, Buffer.from(listText(file === undefined ? others : [...others, file])));
    },
    async tamperArtifact(sha256, bytes) {
      s3.set("models", `team/content/sha256/${sha256.slice(0, 2)}/${sha256.slice(2)}`, bytes);
    },
    close: () => s3.stop(),
  };
});
