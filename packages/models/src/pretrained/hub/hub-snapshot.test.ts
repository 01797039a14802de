import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readlink, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type HubRepository, startTestHub, type TestHub, type TestHubOptions } from "../../testing/hub-server.ts";
import { parseHubReference } from "./hub-reference.ts";
import { type HubProgress, type HubSnapshotOptions, hubSnapshot } from "./hub-snapshot.ts";

const [FIRST, SECOND] = ["a".repeat(40), "b".repeat(40)];
const TOKEN = "a-token";
const WEIGHTS = Uint8Array.from({ length: 300_000 }, (_, at) => (at * 31) % 251);

const FILES = {
  "config.json": "{}",
  "tokenizer.json": '{"model":{}}',
  "README.md": "---\nlicense: mit\n---\n",
  "modules.json": '[{"path":""},{"path":"1_Pooling"},{"path":"2_Normalize"}]',
  "1_Pooling/config.json": '{"pooling_mode_mean_tokens":true}',
  "model.safetensors": WEIGHTS,
  "pytorch_model.bin": "not read",
  "onnx/model.onnx": "not read",
};
/** A model that has been published for transformers.js alone. */
const GRAPHS = {
  "tokenizer.json": '{"model":{}}',
  "onnx/model_quantized.onnx": "q",
  "onnx/model_fp16.onnx": "half",
  "onnx/model.onnx": "whole",
  "onnx/model.onnx_data": WEIGHTS.subarray(0, 20),
  "onnx/model.onnx_data_1": WEIGHTS.subarray(20, 50),
  "onnx/model.onnx.config": "not read",
};
const NEEDED = Object.keys(FILES).filter((path) => !/bin$|onnx$/.test(path));

const REPOSITORY: HubRepository = {
  commits: { [FIRST]: FILES, [SECOND]: { ...FILES, "config.json": '{"newer":1}' } },
  branches: { main: SECOND },
  tags: { v1: FIRST },
};

let folder: string;
let hub: TestHub;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hub-"));
  hub = await startHub({});
});

afterEach(async () => {
  await hub.close();
  await rm(folder, { recursive: true, force: true });
});

function startHub(changes: Partial<HubRepository>, options: TestHubOptions = {}): Promise<TestHub> {
  return startTestHub({ "owner/name": { ...REPOSITORY, ...changes } }, { tokens: [TOKEN], ...options });
}

/** Puts another hub into the place of this one. */
async function restart(changes: Partial<HubRepository>, options: TestHubOptions = {}): Promise<void> {
  await hub.close();
  hub = await startHub(changes, options);
}

type Options = HubSnapshotOptions & { readonly set?: Readonly<Record<string, string>> };

function snapshot(reference: string, { set, ...options }: Options = {}) {
  const env = { HF_HOME: folder, HF_ENDPOINT: hub.endpoint, ...set };
  return hubSnapshot(parseHubReference(reference)!, { env, retryMs: 1, ...options });
}

function failure(reference: string, options: Options = {}): Promise<ModelwrightError> {
  return snapshot(reference, options).then(
    () => Promise.reject(new Error("nothing failed")),
    (error: unknown) => (error instanceof ModelwrightError ? error : Promise.reject(error)),
  );
}

const model = () => join(folder, "hub", "models--owner--name");
const paths = () => hub.requests.map(({ path }) => path);
const blobs = () => readdirSync(join(model(), "blobs"));
const WEIGHTS_PATH = /^\/storage\/.*model\.safetensors$/;

describe("what is fetched", () => {
  test("lies where huggingface_hub looks for it, and is nothing but what loading reads", async () => {
    const { directory, commit, bytes, fetched } = await snapshot("owner/name");
    expect(commit).toBe(SECOND);
    expect(directory).toBe(join(model(), "snapshots", SECOND));
    expect(readdirSync(directory, { recursive: true }).sort()).toEqual([...NEEDED, "1_Pooling"].sort());
    expect(await readFile(join(directory, "config.json"), "utf8")).toBe('{"newer":1}');
    expect(Buffer.compare(await readFile(join(directory, "model.safetensors")), WEIGHTS)).toBe(0);
    expect(await readlink(join(directory, "1_Pooling", "config.json"))).toMatch(
      /^\.\.\/\.\.\/\.\.\/blobs\/[0-9a-f]{40}$/,
    );
    expect(await readlink(join(directory, "model.safetensors"))).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{64}$/);
    expect(await readFile(join(model(), "refs", "main"), "utf8")).toBe(SECOND);
    expect(blobs().filter((name) => name.includes("incomplete"))).toEqual([]);
    expect(fetched).toBe(bytes);
    expect(readdirSync(join(folder, "hub", ".locks", "models--owner--name"))).toEqual([]);
  });

  test("is asked for once: a commit is then used without a request, a branch with one", async () => {
    await snapshot("owner/name");
    hub.requests.length = 0;
    expect(await snapshot(`owner/name@${SECOND}`)).toMatchObject({ commit: SECOND, fetched: 0 });
    expect(hub.requests).toEqual([]);
    expect(await snapshot("owner/name")).toMatchObject({ commit: SECOND, fetched: 0 });
    expect(paths()).toEqual(["/api/models/owner/name/revision/main"]);
  });

  test("is only what another commit does not share", async () => {
    await snapshot("owner/name");
    hub.requests.length = 0;
    const { commit, fetched, bytes } = await snapshot("owner/name@v1");
    expect(commit).toBe(FIRST);
    expect(fetched).toBe(FILES["config.json"].length);
    expect(bytes).toBeGreaterThan(WEIGHTS.length);
    expect(await readFile(join(model(), "refs", "v1"), "utf8")).toBe(FIRST);
    expect(paths().filter((path) => path.includes("/resolve/"))).toEqual([`/owner/name/resolve/${FIRST}/config.json`]);
  });

  test("comes in shards, from a listing of several pages", async () => {
    const { "model.safetensors": _, ...others } = FILES;
    const shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
    const index = JSON.stringify({ weight_map: { a: shards[0], b: shards[1] } });
    const sharded = {
      ...others,
      "model.safetensors.index.json": index,
      [shards[0]!]: WEIGHTS.subarray(0, 10),
      [shards[1]!]: WEIGHTS.subarray(10, 30),
      "consolidated.safetensors": WEIGHTS,
    };
    await restart({ commits: { [SECOND]: sharded } }, { pageSize: 2 });
    const { directory } = await snapshot("owner/name");
    expect(readdirSync(directory)).toEqual(expect.arrayContaining(shards));
    expect(readdirSync(directory)).not.toContain("consolidated.safetensors");
    hub.requests.length = 0;
    await snapshot(`owner/name@${SECOND}`);
    expect(hub.requests).toEqual([]);
  });

  test("of ONNX files alone is the widest and its data, and then nothing is asked", async () => {
    await restart({ commits: { [SECOND]: GRAPHS } });
    const { directory, bytes, fetched } = await snapshot("owner/name");
    const got = readdirSync(directory, { recursive: true }).filter((path) => String(path).includes("."));
    expect(got.sort()).toEqual(["onnx/model.onnx", "onnx/model.onnx_data", "onnx/model.onnx_data_1", "tokenizer.json"]);
    expect(fetched).toBe(bytes);
    hub.requests.length = 0;
    expect(await snapshot(`owner/name@${SECOND}`)).toMatchObject({ fetched: 0, bytes });
    expect(await snapshot(`owner/name`, { set: { HF_HUB_OFFLINE: "1" } })).toMatchObject({ fetched: 0, bytes });
    expect(hub.requests).toEqual([]);
  });

  test("is the ONNX file that is named, also beside other weights", async () => {
    await restart({ commits: { [SECOND]: { ...FILES, ...GRAPHS } } });
    const file = "onnx/model_fp16.onnx";
    const { directory } = await snapshot("owner/name", { file });
    expect(readdirSync(join(directory, "onnx"))).toEqual(["model_fp16.onnx"]);
    expect(readdirSync(directory)).not.toContain("model.safetensors");
    hub.requests.length = 0;
    await snapshot(`owner/name@${SECOND}`, { file });
    expect(hub.requests).toEqual([]);
    await snapshot(`owner/name@${SECOND}`);
    expect(readdirSync(directory)).toContain("model.safetensors");
  });

  test.each<[string, Record<string, string | Uint8Array>, HubSnapshotOptions, string]>([
    [
      "a file that is not there",
      GRAPHS,
      { file: "onnx/other.onnx" },
      "it has no onnx/other.onnx; there is onnx/model.onnx, onnx/model_fp16.onnx",
    ],
    [
      "ONNX files of other names",
      { "tokenizer.json": "{}", "decoder.onnx": "", "encoder.onnx": "" },
      {},
      "none is taken by itself: decoder.onnx, encoder.onnx",
    ],
    ["no tokenizer", { "onnx/model.onnx": "" }, {}, "it has no tokenizer.json"],
    ["no weights at all", { "tokenizer.json": "{}" }, {}, "it has no model.safetensors, and no ONNX file"],
  ])("with %s is refused", async (_, files, options, problem) => {
    await restart({ commits: { [SECOND]: files } });
    const { code, message } = await failure("owner/name", options);
    expect(code).toBe("HUB_FILES_UNFIT");
    expect(message).toContain(problem);
  });

  test("is told byte by byte, the small files first", async () => {
    const told: HubProgress[] = [];
    const { bytes } = await snapshot("owner/name", { onProgress: (progress) => told.push(progress) });
    expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).toSorted((a, b) => a - b));
    expect(told.at(-1)).toMatchObject({ file: "model.safetensors", done: bytes, total: bytes });
    expect(told[0]!.total).toBe(bytes);
    expect(told.every(({ bytesPerSecond }) => bytesPerSecond > 0)).toBe(true);
  });
});

describe("a download that breaks", () => {
  test("goes on from where it was, in the same call", async () => {
    hub.faults.push({ path: WEIGHTS_PATH, breakAfter: 100_000 }, { path: WEIGHTS_PATH, breakAfter: 50_000 });
    const { directory } = await snapshot("owner/name");
    expect(Buffer.compare(await readFile(join(directory, "model.safetensors")), WEIGHTS)).toBe(0);
    const ranges = hub.requests.filter(({ path }) => WEIGHTS_PATH.test(path)).map(({ range }) => range);
    expect(ranges).toEqual([undefined, "bytes=100000-", "bytes=150000-"]);
  });

  test("goes on from where it was, in the next call", async () => {
    hub.faults.push({ path: WEIGHTS_PATH, breakAfter: 100_000 });
    const stop = new AbortController();
    const onProgress = ({ done }: HubProgress) => done > 50_000 && stop.abort(new Error("stopped"));
    const stopped = snapshot("owner/name", { signal: stop.signal, onProgress });
    await expect(stopped).rejects.toThrow("stopped");
    const [partial] = blobs().filter((name) => name.includes("incomplete"));
    const { size } = await stat(join(model(), "blobs", partial!));
    expect(size).toBeGreaterThan(0);
    hub.requests.length = 0;
    const told: HubProgress[] = [];
    const { fetched, bytes, directory } = await snapshot("owner/name", { onProgress: (each) => told.push(each) });
    expect(fetched).toBe(WEIGHTS.length - size);
    expect(hub.requests.find(({ path }) => WEIGHTS_PATH.test(path))?.range).toBe(`bytes=${size}-`);
    expect(told.at(-1)!.done).toBe(told.at(-1)!.total);
    expect(bytes).toBeGreaterThan(fetched);
    expect(Buffer.compare(await readFile(join(directory, "model.safetensors")), WEIGHTS)).toBe(0);
  });

  test("is whole also from a server that knows no ranges", async () => {
    hub.faults.push({ path: WEIGHTS_PATH, breakAfter: 100_000 }, { path: WEIGHTS_PATH, ignoreRange: true });
    const { directory } = await snapshot("owner/name");
    expect(Buffer.compare(await readFile(join(directory, "model.safetensors")), WEIGHTS)).toBe(0);
  });

  test("is given up after several connections without a byte, and says what to do", async () => {
    await hub.close();
    const error = await failure("owner/name");
    expect(error.code).toBe("HUB_UNREACHABLE");
    expect(error.message).toMatch(/ECONNREFUSED.*HF_ENDPOINT.*HF_HUB_OFFLINE.*folder/s);
  });

  test("whose file ends early goes on, and does not take it for whole", async () => {
    hub.faults.push({ path: WEIGHTS_PATH, endAfter: 1000 });
    const { directory } = await snapshot("owner/name");
    expect(Buffer.compare(await readFile(join(directory, "model.safetensors")), WEIGHTS)).toBe(0);
  });

  test.each([
    ["model.safetensors", WEIGHTS_PATH],
    ["config.json", /resolve.*\/config\.json$/],
  ])("a changed %s is fetched once more, then refused", async (file, path) => {
    hub.faults.push({ path, corrupt: true });
    const { directory } = await snapshot("owner/name@v1");
    expect(Buffer.compare(await readFile(join(directory, "model.safetensors")), WEIGHTS)).toBe(0);
    await rm(folder, { recursive: true });
    hub.faults.push({ path, corrupt: true }, { path, corrupt: true });
    const error = await failure("owner/name@v1");
    expect(error).toMatchObject({ code: "HUB_FILE_CHANGED", details: { file } });
    expect((await snapshot("owner/name@v1")).commit).toBe(FIRST);
  });

  test("a damaged part of an earlier try is thrown away", async () => {
    const { directory } = await snapshot("owner/name");
    const blob = (await readlink(join(directory, "model.safetensors"))).split("/").at(-1)!;
    const whole = join(model(), "blobs", blob);
    const partial = `${whole}.modelwright.incomplete`;
    for (const size of [1000, WEIGHTS.length, WEIGHTS.length + 5]) {
      await rm(whole);
      await rm(join(directory, "model.safetensors"));
      await writeFile(partial, new Uint8Array(1000));
      await truncate(partial, size);
      await snapshot("owner/name");
      expect(Buffer.compare(await readFile(join(directory, "model.safetensors")), WEIGHTS)).toBe(0);
    }
  });

  test("what passes is tried again, after the time that the hub asks for", async () => {
    hub.faults.push(
      { path: /revision/, status: 503 },
      { path: /tree/, status: 429, headers: { "retry-after": "0" } },
      { path: /tree/, status: 429, headers: { ratelimit: '"api";r=0;t=0' } },
    );
    expect((await snapshot("owner/name")).commit).toBe(SECOND);
  });
});

describe("who fetches at once", () => {
  test("waits for the other, and finds what it brought", async () => {
    let waited = 0;
    const both = await Promise.all([1, 2, 3].map(() => snapshot("owner/name", { onWait: () => waited++ })));
    expect(waited).toBe(2);
    const fetched = both.map((each) => each.fetched).toSorted((a, b) => a - b);
    expect(fetched.slice(0, 2)).toEqual([0, 0]);
    expect(paths().filter((path) => WEIGHTS_PATH.test(path))).toHaveLength(1);
  });

  test("does not wait for one that was killed", async () => {
    const lock = join(folder, "hub", ".locks", "models--owner--name");
    await mkdir(lock, { recursive: true });
    const { hostname } = await import("node:os");
    // No process has the highest number that Linux gives.
    await writeFile(join(lock, "modelwright.lock"), JSON.stringify({ host: hostname(), pid: 4_194_304, id: "" }));
    expect((await snapshot("owner/name")).commit).toBe(SECOND);
  });
});

describe("without the network", () => {
  const offline = { set: { HF_HUB_OFFLINE: "1" } };

  test("the cache is enough for a name that was asked for before", async () => {
    await snapshot("owner/name");
    await hub.close();
    expect(await snapshot("owner/name", offline)).toMatchObject({ commit: SECOND, fetched: 0 });
    expect(await snapshot(`owner/name@${SECOND}`, offline)).toMatchObject({ commit: SECOND });
  });

  test("what the cache does not hold is named", async () => {
    const unknown = await failure("owner/name", offline);
    expect(unknown.message).toContain(`revision "main" is not in the cache ${join(folder, "hub")}`);
    const { directory } = await snapshot("owner/name");
    await rm(join(directory, "tokenizer.json"));
    const missing = await failure("owner/name", offline);
    expect(missing.message).toContain(`tokenizer.json of commit ${SECOND} is not in the cache`);
    expect([unknown.code, missing.code]).toEqual(["HUB_OFFLINE", "HUB_OFFLINE"]);
    expect(hub.requests.filter(({ path }) => path.includes("revision"))).toHaveLength(1);
  });

  test("a hub that cannot be reached leaves what is known of the name", async () => {
    await snapshot("owner/name");
    await hub.close();
    expect(await snapshot("owner/name")).toMatchObject({
      commit: SECOND,
      unasked: expect.stringMatching(/ECONNREFUSED/),
    });
    expect((await failure("owner/name@v1")).code).toBe("HUB_UNREACHABLE");
  });
});

describe("what the hub refuses", () => {
  const withToken = (HF_TOKEN: string) => ({ set: { HF_TOKEN } });

  test.each([
    ["owner/nothing", {}, "HUB_REPOSITORY_UNKNOWN", /hides it from users without a token.*HF_TOKEN/s],
    ["owner/nothing", withToken(TOKEN), "HUB_REPOSITORY_UNKNOWN", /hides it from the owner of this token/],
    ["owner/name", withToken("wrong"), "HUB_TOKEN_INVALID", /the token of HF_TOKEN/],
    ["owner/name@v9", {}, "HUB_REVISION_UNKNOWN", /"v9".*"main" and "v1"/],
    [`owner/name@${"c".repeat(40)}`, {}, "HUB_REVISION_UNKNOWN", /"main" and "v1"/],
  ])("%s with %j: %s", async (reference, options, code, message) => {
    const error = await failure(reference, options);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("wrong");
  });

  test("a model whose terms are to be accepted", async () => {
    await restart({ gatedFor: TOKEN });
    for (const [set, said] of [
      [{}, "no token says who you are"],
      [{ HF_TOKEN: "other" }, "has not been let in"],
    ] as const) {
      await restart({ gatedFor: TOKEN }, { tokens: [TOKEN, "other"] });
      const error = await failure("owner/name", { set });
      expect(error.code).toBe("HUB_ACCESS_NEEDED");
      expect(error.message).toContain(said);
      expect(error.message).toContain(`${hub.endpoint}/owner/name`);
    }
    expect((await snapshot("owner/name", withToken(TOKEN))).commit).toBe(SECOND);
  });

  test("a private model, which a token in the file of `hf auth login` opens; the storage never sees it", async () => {
    await restart({ privateFor: TOKEN });
    expect((await failure("owner/name")).code).toBe("HUB_REPOSITORY_UNKNOWN");
    await writeFile(join(folder, "token"), `${TOKEN}\n`);
    await snapshot("owner/name");
    const seen = (at: "storage" | "hub") =>
      hub.requests.filter(({ path }) => path.startsWith("/storage/") === (at === "storage")).at(-1)?.authorization;
    expect([seen("hub"), seen("storage")]).toEqual([`Bearer ${TOKEN}`, undefined]);
  });

  test("too many requests, where it asks for more patience than anybody has", async () => {
    hub.faults.push({ path: /revision/, status: 429, headers: { "retry-after": "300" } });
    const error = await failure("owner/name");
    expect(error).toMatchObject({ code: "HUB_RATE_LIMITED", details: { seconds: 300 } });
  });

  test("weights that could run a program, before anything has come", async () => {
    await restart({ commits: { [SECOND]: { "config.json": "{}", "pytorch_model.bin": "…", "tokenizer.json": "{}" } } });
    const error = await failure("owner/name");
    expect(error.code).toBe("HUB_FILES_UNFIT");
    expect(error.message).toMatch(/pytorch_model\.bin.*from_pretrained\("owner\/name"\)/s);
    expect(paths().filter((path) => path.includes("resolve"))).toEqual([]);
  });

  test.each(["config.json", "tokenizer.json", "model.safetensors"])("a model without %s", async (missing) => {
    const files = Object.fromEntries(
      Object.entries(FILES).filter(([path]) => path !== missing && !/\.(bin|onnx)$/.test(path)),
    );
    await restart({ commits: { [SECOND]: files } });
    expect((await failure("owner/name")).message).toContain(`it has no ${missing}`);
  });

  test("an index that names a file which is not there", async () => {
    const { "model.safetensors": _, ...others } = FILES;
    const index = JSON.stringify({ weight_map: { a: "model-00001-of-00001.safetensors" } });
    await restart({ commits: { [SECOND]: { ...others, "model.safetensors.index.json": index } } });
    expect((await failure("owner/name")).message).toContain("names model-00001-of-00001.safetensors");
  });
});

describe("what is no hub", () => {
  test.each([
    ["a page instead of JSON", { path: /revision/, body: "<html>" }, /something else than JSON/],
    ["another JSON", { path: /revision/, body: '{"sha":"../../x"}' }, /sha/],
    [
      "names that are no digests",
      { path: /tree/, body: '[{"type":"file","path":"config.json","size":2,"oid":"../x"}]' },
      /oid/,
    ],
    [
      "a page elsewhere",
      { path: /tree/, body: "[]", headers: { link: '<http://elsewhere/x>; rel="next"' } },
      /elsewhere/,
    ],
    ["a status that no hub has", { path: /revision/, status: 418 }, /status 418/],
  ])("%s", async (_, fault, message) => {
    hub.faults.push(fault);
    const error = await failure("owner/name");
    expect(error.code).toBe("HUB_ANSWER_UNFIT");
    expect(error.message).toMatch(message);
  });

  test("an address that is none", async () => {
    expect((await failure("owner/name", { set: { HF_ENDPOINT: "nowhere" } })).code).toBe("HUB_UNREACHABLE");
  });
});

test("a cache that is a file is said to be none", async () => {
  await writeFile(join(folder, "file"), "");
  const error = await failure("owner/name", { set: { HF_HUB_CACHE: join(folder, "file") } });
  expect(error).toMatchObject({ code: "HUB_CACHE_UNFIT", details: { cache: join(folder, "file") } });
});
