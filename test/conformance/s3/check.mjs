// Files of a registry on moto's S3. Argument: the program moto_server.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import {
  backUpRegistry,
  collectGarbage,
  openRegistry,
  restoreRegistry,
} from "../../../packages/registry/dist/index.js";
import { Bucket } from "../../../packages/registry/dist/s3/bucket.js";
import { registerSample, sampleRun } from "../../../packages/registry/dist/testing/index.js";

const [program = "moto_server"] = process.argv.slice(2);
const LARGE_MIB = 512;
/** More than a page of a list has. */
const MANY = 1100;

const directory = await mkdtemp(join(tmpdir(), "conformance-s3-"));
const port = await freePort();
const endpoint = `http://127.0.0.1:${port}`;
Object.assign(process.env, {
  AWS_ACCESS_KEY_ID: "testing",
  AWS_SECRET_ACCESS_KEY: "testing",
  AWS_MAX_ATTEMPTS: "3",
});
const moto = spawn(program, ["-H", "127.0.0.1", "-p", String(port)], { cwd: directory, stdio: "ignore" });
const bucket = new Bucket({ bucket: "models", prefix: "", location: "s3://models", endpoint, cacheBytes: 0 });
let passed = 0;

/** @param {string} name */
async function check(name, work) {
  await work();
  passed += 1;
  console.log(`✓ ${name}`);
}

/** Signed, as stores want it that know who asks. */
async function createBucket() {
  const { CreateBucketCommand, S3Client } = createRequire(
    import.meta.resolve("../../../packages/registry/package.json"),
  )("@aws-sdk/client-s3");
  const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: "models" }));
}

const place = (name) => `${pathToFileURL(join(directory, name))}?files=s3://models/${name}&endpoint=${endpoint}`;
const keys = async (prefix) => {
  const found = [];
  for await (const { key } of bucket.list(prefix)) found.push(key);
  return found;
};

try {
  await untilReady();
  const missing = { code: "REGISTRY_FILES_FAILED", message: /Create the bucket/ };
  await check("a bucket that is not there is told", () => assert.rejects(openRegistry(place("team")), missing));
  await createBucket();

  const registry = await openRegistry(place("team"));
  const { id } = await registry.createRun(sampleRun());
  await check("versions and artifacts are kept, and equal content once", async () => {
    await registerSample(registry, { name: "mails", runId: id });
    const second = await registerSample(registry, { name: "mails", runId: id });
    await registry.verifyVersion(second);
    const { sha256 } = await registry.addArtifact(id, "notes.txt", Buffer.from("notes"));
    await registry.addArtifact(id, "same.txt", Buffer.from("notes"));
    assert.equal(await readFile(await registry.openArtifact(sha256), "utf8"), "notes");
    // Two files of both versions, a manifest of each, an artifact.
    assert.equal((await keys("team/content/")).length, 5);
    assert.deepEqual(await keys("team/doubtful/"), []);
    await assert.rejects(registry.openArtifact("0".repeat(64)), { code: "REGISTRY_ARTIFACT_UNKNOWN" });
  });

  await check("a large artifact goes up in parts, and one that was broken off goes on", async () => {
    const path = join(directory, "large");
    await writeFile(path, randomBytes(20 * 2 ** 20));
    const digest = await registry.addArtifact(id, "large", path);
    const fetched = await readFile(await registry.openArtifact(digest.sha256));
    assert.ok(fetched.equals(await readFile(path)));
    await writeFile(path, randomBytes(40 * 2 ** 20));
    const script = `import { openRegistry } from ${JSON.stringify(import.meta.resolve("../../../packages/registry/dist/index.js"))};
      const registry = await openRegistry(${JSON.stringify(place("team"))});
      await registry.addArtifact(${JSON.stringify(id)}, "larger", ${JSON.stringify(path)});`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
    while ((await openUploads()).length === 0 && child.exitCode === null) await sleep(5);
    await sleep(100);
    child.kill("SIGKILL");
    assert.equal((await openUploads()).length, 1, "the process was too fast");
    const larger = await registry.addArtifact(id, "larger", path);
    assert.deepEqual(await openUploads(), []);
    assert.ok((await readFile(await registry.openArtifact(larger.sha256))).equals(await readFile(path)));
  });

  await check("a backup is restored to another prefix", async () => {
    await backUpRegistry(place("team"), join(directory, "backup"));
    await restoreRegistry(join(directory, "backup"), place("restored"));
    const restored = await openRegistry(place("restored"));
    await restored.verifyVersion(await restored.getVersion("mails", 2));
    await restored.close();
  });

  await check("gc reads lists of several pages, and removes what nothing names", async () => {
    const { id: many } = await registry.createRun(sampleRun());
    for (let from = 0; from < MANY; from += 50) {
      const batch = Array.from({ length: Math.min(50, MANY - from) }, (_, i) => from + i);
      await Promise.all(batch.map((i) => registry.addArtifact(many, `a/${i}`, Buffer.from(`artifact ${i}`))));
    }
    await registry.deleteRun(many);
    await sleep(1100);
    const { kinds } = await collectGarbage(place("team"), { olderThan: 0 });
    assert.equal(kinds.find(({ kind }) => kind === "content")?.count, MANY);
    await registry.verifyVersion(await registry.getVersion("mails", 1));
  });

  await check(`an artifact of ${LARGE_MIB} MiB up and down: memory does not grow with it`, async () => {
    const path = join(directory, "huge");
    const file = await open(path, "w");
    for (let i = 0; i < LARGE_MIB / 16; i++) await file.write(randomBytes(16 * 2 ** 20));
    await file.close();
    let peak = 0;
    const before = process.memoryUsage().rss;
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 20);
    const start = performance.now();
    const { sha256 } = await registry.addArtifact(id, "huge", path);
    const up = performance.now();
    await registry.openArtifact(sha256);
    const down = performance.now();
    clearInterval(timer);
    const grown = (peak - before) / 2 ** 20;
    const rate = (ms) => `${Math.round(LARGE_MIB / (ms / 1000))} MiB/s`;
    console.log(`  up ${rate(up - start)}, down ${rate(down - up)}, memory + ${Math.round(grown)} MiB`);
    assert.ok(grown < LARGE_MIB / 2, `memory grew by ${grown} MiB`);
  });

  await check("copies serve while the store is away", async () => {
    const version = await registry.getVersion("mails", 1);
    await registry.materialise(version);
    moto.kill("SIGKILL");
    await sleep(200);
    const again = await openRegistry(place("team"));
    await again.verifyVersion(version);
    assert.ok(existsSync(join(await again.materialise(version), "modelwright.json")));
    await again.close();
  });
  await registry.close();
  console.log(`${passed} passed, 0 failed`);
} finally {
  moto.kill("SIGKILL");
  await rm(directory, { recursive: true, force: true });
}

async function openUploads() {
  const found = [];
  for await (const upload of bucket.uploads("")) found.push(upload);
  return found;
}

async function untilReady() {
  for (let left = 100; ; left--) {
    const answer = await fetch(endpoint).catch(() => undefined);
    if (answer !== undefined) return;
    if (left === 0) throw new Error(`${program} does not answer`);
    await sleep(200);
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port: free } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return free;
}
