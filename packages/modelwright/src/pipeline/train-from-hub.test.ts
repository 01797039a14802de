import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RecipeInputs } from "@modelwright/contracts";
import { startTestHub, type TestHub } from "@modelwright/models/testing";
import { openRegistry } from "@modelwright/registry";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sampleReviews } from "../tasks/text-regression/sample-reviews.ts";
import type { RunEvent } from "./run-event.ts";
import { train } from "./train.ts";

const BERT = fileURLToPath(new URL("../../../../test/parity/fixtures/encoders/bert", import.meta.url));
const [OLD, NEW] = ["1".repeat(40), "2".repeat(40)];
const branches = { main: OLD };

let directory: string;
let registry: string;
let hub: TestHub;
let recipe: RecipeInputs["text-regression"];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-hub-"));
  registry = join(directory, "registry");
  await writeFile(join(directory, "reviews.csv"), sampleReviews());
  const files: Record<string, Uint8Array | string> = { "README.md": "---\nlicense: mit\nlanguage: en\n---\n" };
  for (const entry of await readdir(BERT, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files[path.slice(BERT.length + 1)] = await readFile(path);
  }
  branches.main = OLD;
  const newer = { ...files, "README.md": "---\nlicense: apache-2.0\n---\n" };
  hub = await startTestHub({ "owner/tiny": { commits: { [OLD]: files, [NEW]: newer }, branches } });
  vi.stubEnv("HF_HOME", join(directory, "cache"));
  vi.stubEnv("HF_ENDPOINT", hub.endpoint);
  recipe = {
    name: "reviews",
    task: "text-regression",
    data: { source: join(directory, "reviews.csv") },
    model: { base: "owner/tiny", fineTune: "frozen", maxLength: 16 },
    train: { epochs: 1 },
    evaluate: { bootstrap: 100 },
  };
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
  await rm(directory, { recursive: true });
});

/** Starts a run and stops it as soon as its model is here: what a run is, after that, depends on it no more. */
async function begun(options: { readonly resume?: true } = {}) {
  const stop = new AbortController();
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => {
    events.push(event);
    if (event.type === "pinned") stop.abort();
  };
  const { runId, status } = await train(recipe, { registry, signal: stop.signal, onEvent, ...options });
  return { runId, status, pinned: events.find((event) => event.type === "pinned") };
}

test("a model of the hub is fetched, and the version, its card and the run say from which commit", async () => {
  const events: RunEvent[] = [];
  const result = await train(recipe, { registry, onEvent: (event) => events.push(event) });
  expect(events.filter(({ type }) => type === "download").at(-1)).toMatchObject({ file: "model.safetensors" });
  const pinned = events.find((event) => event.type === "pinned");
  expect(pinned).toMatchObject({ base: "owner/tiny", commit: OLD });
  expect(pinned!.fetched).toBe(pinned!.bytes);
  const manifest = JSON.parse(await readFile(join(result.directory!, "modelwright.json"), "utf8"));
  expect(manifest.model.base).toBe(`owner/tiny@${OLD}`);
  const card = await readFile(join(result.directory!, "README.md"), "utf8");
  expect(card).toContain(`${hub.endpoint}/owner/tiny/tree/${OLD}`);
  expect(card).toContain("licence mit");
  const open = await openRegistry(registry);
  const { summary } = await open.getRun(result.runId);
  await open.close();
  expect(summary).toMatchObject({ base: { reference: "owner/tiny", pinned: `owner/tiny@${OLD}` } });

  hub.requests.length = 0;
  vi.stubEnv("HF_HUB_OFFLINE", "1");
  expect((await begun()).pinned).toMatchObject({ commit: OLD, fetched: 0 });
  expect(hub.requests).toEqual([]);
});

test("a run that goes on takes the commit with which it began, a new one what the name leads to", async () => {
  const first = await begun();
  expect(first).toMatchObject({ status: "interrupted", pinned: { commit: OLD } });
  branches.main = NEW;
  const second = await begun({ resume: true });
  expect(second).toMatchObject({ runId: first.runId, pinned: { commit: OLD, fetched: 0 } });
  expect((await begun()).pinned).toMatchObject({ commit: NEW });
});

test("a run that is stopped while the model comes goes on from what is here", async () => {
  const stop = new AbortController();
  const first = train(recipe, {
    registry,
    signal: stop.signal,
    onEvent: (event) => event.type === "download" && stop.abort(),
  });
  // The storage is silent: nothing but the stop ends the download.
  for (let count = 0; count < 99; count++) hub.faults.push({ path: /^\/storage/, breakAfter: 1000 });
  expect(await first).toMatchObject({ status: "interrupted" });
  hub.faults.length = 0;
  expect((await begun({ resume: true })).pinned).toMatchObject({ commit: OLD });
});

test("what the hub refuses ends the run with its error, before any row is read", async () => {
  recipe = { ...recipe, model: { ...recipe.model, base: "owner/nothing" } };
  const events: string[] = [];
  const failed = train(recipe, { registry, onEvent: ({ type }) => events.push(type) });
  await expect(failed).rejects.toMatchObject({ code: "HUB_REPOSITORY_UNKNOWN" });
  expect(events).toEqual(["run"]);
});

describe("a model of the hub that reads a column of a table", () => {
  const table = (base: string): RecipeInputs["tabular-regression"] => ({
    name: "stars",
    task: "tabular-regression",
    data: { source: join(directory, "reviews.csv"), columns: { target: "target" } },
    features: { columns: { text: { encode: "embedding", base, components: 4 } } },
    model: { kind: "linear" },
    evaluate: { bootstrap: 100 },
  });

  test("is pinned as the one that is trained on", async () => {
    const result = await train(table("owner/tiny"), { registry });
    const manifest = JSON.parse(await readFile(join(result.directory!, "modelwright.json"), "utf8"));
    expect(manifest.preprocessing.encoders).toMatchObject([{ base: `owner/tiny@${OLD}` }]);
    const open = await openRegistry(registry);
    const { summary } = await open.getRun(result.runId);
    await open.close();
    expect(summary).toMatchObject({
      "features.columns.text.base": { reference: "owner/tiny", pinned: `owner/tiny@${OLD}` },
    });
  });

  test.each([
    ["owner/nothing", { code: "HUB_REPOSITORY_UNKNOWN" }],
    ["nothing", { code: "MODEL_BASE_UNKNOWN" }],
  ])("is told of by its own place where there is no %s", async (base, error) => {
    const failed = train(table(base), { registry });
    await expect(failed).rejects.toMatchObject({
      ...error,
      message: expect.stringContaining(`features.columns.text.base "${base}"`),
    });
  });
});
