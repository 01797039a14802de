import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseRecipe } from "@modelwright/contracts";
import { describeTiny, writeTinyFiles } from "@modelwright/inference/testing";
import { openRegistry, type Registry } from "@modelwright/registry";
import { type SharedBaseReport, startServer } from "@modelwright/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adaptedVersion, drawnAdapted, linear, queries, type Trained } from "../testing/adapted-versions.ts";

let folder: string;
let registry: Registry;

interface Answered {
  readonly model?: { readonly version: number };
  readonly predictions?: readonly unknown[];
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-serve-shared-"));
  registry = await openRegistry(folder);
  const settings = { rank: 2, alpha: 4 };
  await register("mails", drawnAdapted(1, { settings, targets: linear, outputs: 3 }));
  await register("tickets", drawnAdapted(2, { settings, targets: queries, outputs: 4 }));
  await register("scores", drawnAdapted(3, { settings, targets: linear, outputs: 1, task: "text-regression" }));
  await register("turned", drawnAdapted(4, { settings: { ...settings, dora: true }, targets: linear, outputs: 2 }));
});
afterAll(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

async function register(name: string, trained: Trained, to = registry, files: Files = {}): Promise<void> {
  const adapted = adaptedVersion(trained);
  const tiny = { ...adapted, files: { ...adapted.files, ...files } };
  const run = await to.createRun({
    recipe: parseRecipe({ name, task: tiny.manifest.task, data: { source: "items.csv" } }),
    recipeSha256: "a".repeat(64),
    experiment: name,
    seed: 7,
    environment: { node: process.version },
  });
  const stagingDirectory = join(await to.workFolder(run.id), "staging");
  await writeTinyFiles(stagingDirectory, tiny);
  const describe = (version: number) => describeTiny(tiny, { name, version, runId: run.id });
  await to.registerVersion({ name, runId: run.id, stagingDirectory, describe });
}

type Files = Readonly<Record<string, Uint8Array>>;
const NAMES = ["mails", "tickets", "scores", "turned"];
const TEXTS = ["w3 w4 w5", "w6", "w7 w8 w9 w10 w11 w12"];

/** What a server answers to requests of all models at once, and what it says and counts. */
async function answersOf(shareBases: boolean) {
  const reports: SharedBaseReport[] = [];
  const onSharing = (report: SharedBaseReport) => reports.push(report);
  const server = await startServer({ registry, models: [], port: 0, workers: 1, shareBases, onSharing });
  try {
    const ask = async (name: string) => {
      const response = await fetch(`${server.url}/v1/models/${name}/predict`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ texts: TEXTS, ...(name === "scores" ? {} : { options: { all: true } }) }),
      });
      return ((await response.json()) as { predictions: unknown[] }).predictions;
    };
    const answers = await Promise.all([...NAMES, ...NAMES].map(ask));
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    return { answers, reports, metrics };
  } finally {
    await server.close();
  }
}

test("versions on one base are served by one copy of it, with the answers of whole graphs", async () => {
  const shared = await answersOf(true);
  const apart = await answersOf(false);
  const rounded = (answers: unknown) =>
    JSON.stringify(answers, (_, value: unknown) => (typeof value === "number" ? Number(value.toFixed(4)) : value));
  expect(rounded(shared.answers)).toBe(rounded(apart.answers));
  expect(new Set(shared.answers.slice(0, NAMES.length).map(rounded)).size).toBe(NAMES.length);

  const [{ members, apart: others, base, bytes }, ...more] = shared.reports as [
    SharedBaseReport,
    ...SharedBaseReport[],
  ];
  expect([more, apart.reports]).toEqual([[], []]);
  expect([base, members]).toEqual(["tiny", ["mails:1", "scores:1", "tickets:1"]]);
  expect(others).toEqual([{ key: "turned:1", reason: expect.stringContaining("DoRA") }]);
  expect(bytes.shared).toBeLessThan(bytes.apart);

  expect(shared.metrics).toMatch(/modelwright_batch_size_count\{model="tiny",version="shared"\} [1-9]/);
  expect(shared.metrics).toMatch(/modelwright_predictions_total\{model="mails",version="1",label="label \d"\}/);
  expect(apart.metrics).not.toContain('version="shared"');
});

test("a version whose adapter is damaged is left out and named, and the others share their base", async () => {
  const other = await openRegistry(join(folder, "damaged"));
  const settings = { rank: 2, alpha: 4 };
  const drawn = (seed: number) => drawnAdapted(seed, { settings, targets: linear, outputs: 3 });
  await register("mails", drawn(1), other);
  await register("broken", drawn(2), other, { "onnx/adapter.onnx": new TextEncoder().encode("no graph") });
  await register("tickets", drawn(3), other);
  const leftOut: string[] = [];
  const shared: (readonly string[])[] = [];
  const server = await startServer({
    registry: other,
    models: [],
    port: 0,
    workers: 1,
    onLeftOut: ({ model, error }) => leftOut.push(`${model}: ${error.message}`),
    onSharing: ({ members }) => shared.push(members),
  });
  try {
    expect(leftOut).toEqual([expect.stringMatching(/^broken:1: .*adapter\.onnx/)]);
    expect(shared).toEqual([["mails:1", "tickets:1"]]);
    expect(server.models.map(({ reference }) => reference)).toEqual(["mails", "tickets"]);
  } finally {
    await server.close();
    await other.close();
  }
});

test("a base whose versions become more while it serves has them all, and no request fails", async () => {
  const growing = await openRegistry(join(folder, "growing"));
  const settings = { rank: 2, alpha: 4 };
  const drawn = (seed: number) => drawnAdapted(seed, { settings, targets: linear, outputs: 3 });
  await register("mails", drawn(1), growing);
  await register("tickets", drawn(2), growing);
  const shared: (readonly string[])[] = [];
  const server = await startServer({
    registry: growing,
    models: [],
    port: 0,
    workers: 1,
    follow: true,
    drainMs: 0,
    onSharing: ({ members }) => shared.push(members),
  });
  const ask = async (name: string) => {
    const response = await fetch(`${server.url}/v1/models/${name}/predict`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ texts: TEXTS, options: { all: true } }),
    });
    return { status: response.status, body: (await response.json()) as Answered };
  };
  try {
    const before = (await ask("mails")).body.predictions;
    const statuses = new Set<number>();
    let isOver = false;
    const clients = ["mails", "tickets"].map(async (name) => {
      while (!isOver) statuses.add((await ask(name)).status);
    });
    await register("letters", drawn(3), growing);
    while ((await ask("letters")).status !== 200);
    await register("tickets", drawn(4), growing);
    while ((await ask("tickets")).body.model?.version !== 2);
    isOver = true;
    await Promise.all(clients);
    expect([...statuses]).toEqual([200]);
    expect(shared).toEqual([
      ["mails:1", "tickets:1"],
      ["letters:1", "mails:1", "tickets:1"],
      ["letters:1", "mails:1", "tickets:2"],
    ]);
    // Answers of common batches differ by rounding.
    const rounded = (value: unknown) => JSON.stringify(value, (_, x) => (typeof x === "number" ? x.toFixed(4) : x));
    expect(rounded((await ask("mails")).body.predictions)).toBe(rounded(before));
  } finally {
    await server.close();
    await growing.close();
  }
});
