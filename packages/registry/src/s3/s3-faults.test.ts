import { randomBytes } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { digestBytes } from "../files/digest.ts";
import type { Fault, S3Request } from "../testing/fake-s3.ts";
import { S3Fixture } from "../testing/s3-fixture.ts";
import { Bucket } from "./bucket.ts";
import { download } from "./download.ts";

const key = { name: "mails", version: 1 };
const WEIGHTS = randomBytes(3000);
const FILES = { "config.json": "{}", "onnx/model.onnx": WEIGHTS };
const WEIGHTS_PATH = digestBytes(WEIGHTS).sha256.slice(2);

let fixture: S3Fixture;
beforeEach(async () => {
  fixture = await S3Fixture.create();
});
afterEach(() => fixture.close());

/** A fault of the first so many requests that are such. */
function first(times: number, isSuch: (request: S3Request) => boolean, fault: Fault) {
  let left = times;
  fixture.s3.fault = (request) => (isSuch(request) && left-- > 0 ? fault : undefined);
}

const isRead = ({ method, key: path }: S3Request) => method === "GET" && path.endsWith(WEIGHTS_PATH);
const isPut = ({ method, key: path }: S3Request) => method === "PUT" && path.includes("/content/");
const readWeights = async (folder: string) => readFile(join(folder, "onnx", "model.onnx"));

describe("what passes by itself", () => {
  test.each<[string, Fault]>([
    ["errors of the store", { error: [500, "InternalError"] }],
    ["a store that wants less", { error: [503, "SlowDown"] }],
    ["a lost answer", { isUnanswered: true }],
  ])("%s: the content goes up all the same", async (_, fault) => {
    first(2, isPut, fault);
    const files = await fixture.keep(key, FILES);
    expect(await fixture.store().compare(key, files)).toEqual([]);
    expect(await readWeights(await fixture.store().materialise(key))).toEqual(WEIGHTS);
  });

  test("a clock that is behind by an hour", async () => {
    fixture.s3.aheadMs = 3_600_000;
    const files = await fixture.keep(key, FILES);
    expect(await fixture.store().compare(key, files)).toEqual([]);
  });

  test("connections that break: a download goes on from the byte that came last", async () => {
    await fixture.keep(key, FILES);
    first(5, isRead, { cutAfter: 500 });
    expect(await readWeights(await fixture.store().materialise(key))).toEqual(WEIGHTS);
    expect(fixture.requests("GET", WEIGHTS_PATH)).toHaveLength(6);
  });

  test("a body that stops to come", async () => {
    await fixture.keep(key, FILES);
    const { sha256 } = digestBytes(WEIGHTS);
    const bucket = new Bucket({ bucket: "models", prefix: "", location: "", endpoint: fixture.s3.url, cacheBytes: 0 });
    first(1, isRead, { stopAfter: 100 });
    const path = join(fixture.directory, "weights");
    expect(await download(bucket, { key: fixture.keyOf(sha256), path, silenceMs: 100 })).toBe(sha256);
  });

  test("bytes that were changed on their way: they are fetched again", async () => {
    await fixture.keep(key, FILES);
    first(1, isRead, { isWrong: true });
    expect(await readWeights(await fixture.store().materialise(key))).toEqual(WEIGHTS);
  });

  test("another one that puts the same content between the question and the answer", async () => {
    const { sha256 } = digestBytes(WEIGHTS);
    fixture.s3.fault = ({ method, key: path }) => {
      if (method === "PUT" && path.endsWith(WEIGHTS_PATH)) fixture.s3.set("models", fixture.keyOf(sha256), WEIGHTS);
      return undefined;
    };
    expect(await fixture.store().compare(key, await fixture.keep(key, FILES))).toEqual([]);
  });

  test("a store that knows no conditions", async () => {
    fixture.s3.fault = ({ method, isConditional }) =>
      method === "PUT" && isConditional ? { error: [501, "NotImplemented"] } : undefined;
    expect(await fixture.store().compare(key, await fixture.keep(key, FILES))).toEqual([]);
  });

  test("content that is removed before the version has its list", async () => {
    const store = fixture.store();
    const folder = await store.seal(await fixture.stage(FILES));
    fixture.s3.set("models", fixture.keyOf(digestBytes(WEIGHTS).sha256), undefined);
    await folder.place(key);
    expect(await fixture.store("elsewhere").compare(key, folder.files)).toEqual([]);
  });
});

describe("what does not is told with the object and what to do", () => {
  test.each<[string, Fault, string]>([
    ["keys without a permission", { error: [403, "AccessDenied"] }, "Allow these keys s3:GetObject"],
    ["keys that do not exist", { error: [403, "InvalidAccessKeyId"] }, "Set AWS_ACCESS_KEY_ID"],
    ["keys that have run out", { error: [400, "ExpiredToken"] }, "AWS_SESSION_TOKEN"],
    ["a bucket that is not there", { error: [404, "NoSuchBucket"] }, "Create the bucket"],
    ["a bucket elsewhere", { error: [301, "PermanentRedirect"] }, "AWS_REGION"],
    ["a clock that stays wrong", { error: [403, "RequestTimeTooSkewed"] }, "Set the clock of this machine"],
    ["a full store", { error: [507, "XMinioStorageFull"] }, "modelwright gc"],
    ["a store that fails", { error: [500, "InternalError"] }, "nothing was changed"],
  ])("%s", async (_, fault, remedy) => {
    await fixture.keep(key, FILES);
    fixture.s3.fault = () => fault;
    await expect(fixture.store().materialise(key)).rejects.toMatchObject({
      code: "REGISTRY_FILES_FAILED",
      details: { object: "s3://models/team/models/mails/1.json", problem: expect.stringContaining(fault.error![1]) },
      message: expect.stringContaining(remedy),
    });
  });

  test("no keys at all", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere");
    vi.stubEnv("AWS_CONFIG_FILE", "/nowhere");
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    await expect(fixture.store().materialise(key)).rejects.toMatchObject({
      code: "REGISTRY_FILES_FAILED",
      remedy: expect.stringContaining("Set AWS_ACCESS_KEY_ID"),
    });
  });

  test("a file that is damaged in the store: its version is refused by its name", async () => {
    const files = await fixture.keep(key, FILES);
    fixture.s3.rot("models", fixture.keyOf(digestBytes(WEIGHTS).sha256), randomBytes(3000));
    await expect(fixture.store().materialise(key)).rejects.toMatchObject({
      code: "REGISTRY_VERSION_CORRUPT",
      details: { ...key, problems: [{ file: "onnx/model.onnx" }] },
    });
    // Putting it again repairs it, where the store says that something is wrong.
    fixture.s3.set("models", fixture.keyOf(digestBytes(WEIGHTS).sha256), randomBytes(3000));
    expect(await fixture.store().compare(key, files)).toMatchObject([{ file: "onnx/model.onnx" }]);
    await fixture.keep({ name: "mails", version: 2 }, FILES);
    expect(await fixture.store().compare(key, files)).toEqual([]);
  });
});

describe("copies on the machine", () => {
  test("nothing is fetched twice, by whatever process", async () => {
    const files = await fixture.keep(key, FILES);
    await fixture.store().materialise(key);
    fixture.s3.requests.length = 0;
    expect(await fixture.store().compare(key, files)).toEqual([]);
    await fixture.store().materialise(key);
    expect(fixture.requests("GET", "/content/")).toEqual([]);
  });

  test("what this machine has put is not fetched at all", async () => {
    const store = fixture.store();
    const folder = await store.seal(await fixture.stage(FILES));
    await folder.place(key);
    await folder.release("registered");
    expect(await readWeights(await fixture.store().materialise(key))).toEqual(WEIGHTS);
    expect(fixture.requests("GET", "/content/")).toEqual([]);
  });

  test("they serve while the store is away; what was never fetched is refused", async () => {
    const files = await fixture.keep(key, FILES);
    await fixture.keep({ name: "mails", version: 2 }, FILES);
    await fixture.store().materialise(key);
    await fixture.s3.stop();
    const restarted = fixture.store();
    expect(await restarted.compare(key, files)).toEqual([]);
    expect(await readWeights(await restarted.materialise(key))).toEqual(WEIGHTS);
    await expect(restarted.materialise({ name: "mails", version: 2 })).rejects.toMatchObject({
      code: "REGISTRY_FILES_FAILED",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  test("one that was damaged is fetched anew", async () => {
    const files = await fixture.keep(key, FILES);
    const folder = await fixture.store().materialise(key);
    await writeFile(join(folder, "onnx", "model.onnx"), randomBytes(3000));
    expect(await fixture.store().compare(key, files)).toEqual([]);
    expect(await readWeights(folder)).toEqual(WEIGHTS);
    expect(await readWeights(await fixture.store().materialise(key))).toEqual(WEIGHTS);
    // One that is gone is linked again from the other copy.
    await rm(join(folder, "onnx", "model.onnx"));
    expect(await readWeights(await fixture.store().materialise(key))).toEqual(WEIGHTS);
    expect(fixture.requests("GET", WEIGHTS_PATH)).toHaveLength(2);
  });

  test("what was used longest ago makes room; what a running process uses stays", async () => {
    await fixture.close();
    fixture = await S3Fixture.create({ cacheBytes: 7000 });
    for (const version of [1, 2, 3, 4]) {
      await fixture.keep({ name: "mails", version }, { "model.onnx": randomBytes(3000) });
    }
    const materialise = (version: number) => fixture.store().materialise({ name: "mails", version });
    const folders = join(fixture.directory, "here", "copies", "folders");
    const present = async () => (await readdir(folders)).map((name) => name.split("~")[1]).sort();
    for (const version of [1, 2, 3]) await materialise(version);
    expect(await present()).toEqual(["1", "2", "3"]);
    // As if the process that used them had ended.
    const uses = join(fixture.directory, "here", "copies", "uses");
    for (const name of await readdir(uses)) {
      if (!name.includes("~3~")) await rm(join(uses, name), { recursive: true });
    }
    await materialise(4);
    expect(await present()).toEqual(["3", "4"]);
  });
});

describe("a large file", () => {
  const LARGE = 8 * 2 ** 20 + 1000;
  const PART_COUNT = 2;

  async function large() {
    const bytes = randomBytes(LARGE);
    return { bytes, path: await fixture.stage({ "model.onnx": bytes }), key: fixture.keyOf(digestBytes(bytes).sha256) };
  }
  const isPart = ({ method, query }: S3Request) => method === "PUT" && query.has("partNumber");

  test("goes on with the parts that an earlier try has left", async () => {
    const { bytes, path, key: object } = await large();
    fixture.s3.fault = (request) =>
      isPart(request) && request.query.get("partNumber") === "2" ? { error: [403, "AccessDenied"] } : undefined;
    await expect(fixture.store().seal(path)).rejects.toMatchObject({ code: "REGISTRY_FILES_FAILED" });
    expect(fixture.s3.openUploads()).toEqual([{ key: object, parts: PART_COUNT - 1 }]);
    fixture.s3.fault = () => undefined;
    fixture.s3.requests.length = 0;
    await fixture.store().seal(path);
    expect(fixture.requests("PUT", "partNumber=")).toHaveLength(1);
    expect(fixture.s3.openUploads()).toEqual([]);
    expect(fixture.s3.get("models", object)?.equals(bytes)).toBe(true);
  });

  test("parts of another content are not taken for its own", async () => {
    const { bytes, path, key: object } = await large();
    fixture.s3.fault = (request) =>
      isPart(request) && request.query.get("partNumber") !== "1" ? { error: [403, "AccessDenied"] } : undefined;
    await expect(fixture.store().seal(path)).rejects.toMatchObject({ code: "REGISTRY_FILES_FAILED" });
    fixture.s3.spoilParts();
    fixture.s3.fault = () => undefined;
    await fixture.store().seal(path);
    expect(fixture.s3.get("models", object)?.equals(bytes)).toBe(true);
  });

  test("is put by several at once", async () => {
    const { bytes, path, key: object } = await large();
    await Promise.all(["one", "two"].map((machine) => fixture.store(machine).seal(path)));
    expect(fixture.s3.get("models", object)?.equals(bytes)).toBe(true);
  });

  test("is there when the answer to its end was lost", async () => {
    const { bytes, path, key: object } = await large();
    first(1, ({ method, query }) => method === "POST" && query.has("uploadId"), { isUnanswered: true });
    await fixture.store().seal(path);
    expect(fixture.s3.get("models", object)?.equals(bytes)).toBe(true);
    expect(fixture.s3.openUploads()).toEqual([]);
  });

  test("that changes while it goes up is refused, and leaves nothing", async () => {
    const { path, key: object } = await large();
    let isChanged = false;
    fixture.s3.fault = ({ query }) => {
      if (query.has("uploads") && !isChanged) {
        isChanged = true;
        void writeFile(join(path, "model.onnx"), randomBytes(LARGE));
        return { afterMs: 300 };
      }
      return undefined;
    };
    await expect(fixture.store().seal(path)).rejects.toThrow("has changed while it was put into the registry");
    expect(fixture.s3.openUploads()).toEqual([]);
    expect(fixture.s3.get("models", object)).toBeUndefined();
  });
});
