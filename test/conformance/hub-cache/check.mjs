/** The cache of models is the one of huggingface_hub, in both directions. See README.md beside this file. */
import { deepEqual, equal } from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pinReference, resolvePretrained } from "@modelwright/models";
import { startTestHub } from "@modelwright/models/testing";

const [python = "python3"] = process.argv.slice(2);
const fixture = fileURLToPath(new URL("../../parity/fixtures/encoders/bert", import.meta.url));
const script = fileURLToPath(new URL("cache.py", import.meta.url));
const commit = "1".repeat(40);

const files = {};
for (const entry of await readdir(fixture, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile()) files[path.slice(fixture.length + 1)] = await readFile(path);
}
const repository = { commits: { [commit]: files }, branches: { main: commit } };
const hub = await startTestHub({ "owner/tiny": repository });
const folder = await mkdtemp(join(tmpdir(), "hub-cache-"));
const environment = (name, more = {}) => ({
  ...process.env,
  HF_HOME: join(folder, name),
  HF_ENDPOINT: hub.endpoint,
  HF_HUB_DISABLE_XET: "1",
  ...more,
});
const inPython = async (verb, env) =>
  JSON.parse((await promisify(execFile)(python, [script, verb, "owner/tiny"], { env })).stdout);

try {
  const ours = environment("ours");
  await resolvePretrained("owner/tiny", { baseDir: folder, env: ours });
  const found = await inPython("find", { ...ours, HF_HUB_OFFLINE: "1" });
  deepEqual(found, {
    snapshot: join(folder, "ours", "hub", "models--owner--tiny", "snapshots", commit),
    refs: ["main"],
    warnings: [],
    files: found.files,
    readme: "does not exist",
  });
  for (const path of found.files) deepEqual(await readFile(join(found.snapshot, path)), files[path]);
  console.log(`✓ Python finds the ${found.files.length} files that we fetched, and that there is no README.md`);

  const theirs = environment("theirs");
  const fetched = await inPython("fetch", theirs);
  hub.requests.length = 0;
  const offline = await pinReference("owner/tiny", { baseDir: folder, env: { ...theirs, HF_HUB_OFFLINE: "1" } });
  equal(offline.directory, fetched.snapshot);
  equal(hub.requests.length, 0);
  const { encoder } = await (
    await resolvePretrained("owner/tiny", { baseDir: folder, env: { ...theirs, HF_HUB_OFFLINE: "1" } })
  ).load();
  equal(encoder.modelType, "bert");
  equal((await pinReference("owner/tiny", { baseDir: folder, env: theirs })).fetched, 0);
  console.log("✓ we find what Python fetched, without the network and without fetching it again");
} finally {
  await hub.close();
  await rm(folder, { recursive: true });
}
