import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRegistry } from "../open-registry.ts";
import type { Registry } from "../registry.ts";
import { registerSample, sampleRun } from "../testing/fixtures.ts";

const script = fileURLToPath(new URL("./fixtures/read-only.mjs", import.meta.url));
const run = promisify(execFile);

let directory: string;
let registry: Registry;
let runId: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "registry #1 "));
  registry = await openRegistry({ directory });
  runId = (await registry.createRun(sampleRun())).id;
  await registerSample(registry, { name: "mails", runId });
});

afterEach(async () => {
  await registry.close();
  await chmod(directory, 0o755);
  await rm(directory, { recursive: true, force: true });
});

async function readOnly() {
  await chmod(directory, 0o555);
  const { stdout } = await run(process.execPath, [script, directory, runId]);
  return JSON.parse(stdout);
}

const EXPECTED = { versions: ["mails:1"], refusals: new Array(7).fill("REGISTRY_READ_ONLY"), isReadOnly: true };

test.skipIf(process.platform === "win32")(
  "a registry that cannot be written is read, and says so to whoever writes",
  async () => {
    await registry.close();
    await Promise.all(["-wal", "-shm"].map((end) => rm(`${directory}/registry.db${end}`, { force: true })));
    expect(await readOnly()).toEqual(EXPECTED);
  },
);

test.skipIf(process.platform === "win32")("it is read while a process that may write has it open", async () => {
  expect(await readOnly()).toEqual(EXPECTED);
});

test.skipIf(process.platform === "win32")(
  "a database that was never brought to a schema is refused by its name",
  async () => {
    await registry.close();
    await writeFile(join(directory, "registry.db"), "");
    await expect(readOnly()).rejects.toThrow(/registry\.db/);
  },
);
