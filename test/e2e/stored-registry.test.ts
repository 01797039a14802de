import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import Libsql from "libsql";
import { loadModel, openRegistry, type Registry, startServer, train } from "modelwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CommandLine } from "./command-line.ts";

/** A registry that an earlier commit wrote; the script beside it says which, and what is in it. */
const FIXTURE = fileURLToPath(new URL("./fixtures/registry-format-1", import.meta.url));

/** What `expected.json` keeps of the day on which the registry was written. */
interface Expected {
  readonly interrupted: { readonly id: string; readonly stoppedAfter: number };
  readonly uninterrupted: Readonly<Record<string, { readonly value: number }>>;
  readonly letters: readonly { readonly text: string; readonly prediction: { readonly probabilities: object } }[];
  readonly gpt: readonly { readonly prompt: string; readonly text: string }[];
  readonly bert: readonly { readonly text: string; readonly masks: readonly (readonly { probability: number }[])[] }[];
}

let cli: CommandLine;
let directory: string;
let expected: Expected;
beforeAll(async () => {
  cli = await CommandLine.inNewFolder();
  await cp(FIXTURE, cli.folder, { recursive: true });
  directory = join(cli.folder, "registry");
  expected = JSON.parse(await cli.read("expected.json"));
});
afterAll(() => cli.remove());

async function withRegistry<T>(use: (registry: Registry) => Promise<T>): Promise<T> {
  const registry = await openRegistry(directory);
  try {
    return await use(registry);
  } finally {
    await registry.close();
  }
}

test("its runs are listed with what was recorded", async () => {
  await withRegistry(async (registry) => {
    const runs = await registry.listRuns();
    expect(runs.map(({ experiment, status }) => `${experiment} ${status}`)).toEqual([
      "letters failed",
      "counting-gpt interrupted",
      "counting-bert finished",
      "counting-gpt finished",
      "letters finished",
      "letters finished",
    ]);
    const [failed, interrupted, , gpt, letters] = runs;
    expect(failed).toMatchObject({ error: { code: "DATA_SOURCE_UNREADABLE", message: "absent.csv: no such file" } });
    expect(interrupted).toMatchObject({ id: expected.interrupted.id, recipe: { train: { steps: 80 } } });
    expect(gpt!.metrics).toEqual(expected.uninterrupted);
    expect(letters).toMatchObject({
      recipe: { task: "text-classification", data: { source: "letters.csv" } },
      dataSha256: "b".repeat(64),
      seed: 7,
      environment: { platform: "linux-x64" },
      summary: { rows: 30, skipped: { empty: 1 }, note: null },
      metrics: { f1Macro: { value: 0.92 }, degenerate: { value: Number.NaN } },
    });
    expect((await registry.metrics(letters!.id)).map(({ value }) => value)).toEqual([1, 1 / 2, 1 / 3]);
    const [notes] = await registry.artifacts(letters!.id);
    expect(notes).toMatchObject({ name: "notes/data.txt", sizeBytes: 15 });
    expect(await readFile(await registry.openArtifact(notes!.sha256), "utf8")).toBe("thirty letters\n");
  });
});

test("its models, versions and aliases are listed, and every file is as registered", async () => {
  await withRegistry(async (registry) => {
    expect(await registry.listModels()).toMatchObject([
      { name: "counting-bert", versions: 1, latestVersion: 1, aliases: { champion: 1 } },
      { name: "counting-gpt", versions: 1, latestVersion: 1, aliases: { champion: 1 } },
      { name: "letters", versions: 2, latestVersion: 2, aliases: { champion: 1, shadow: 2 } },
    ]);
    const moves = await registry.aliasHistory("letters", "champion");
    expect(moves.map(({ kind, to }) => `${kind} ${to}`)).toEqual(["set 1", "set 2", "rollback 1"]);
    expect(await registry.unreadable()).toEqual([]);
    for (const { name } of await registry.listModels()) {
      for (const version of await registry.listVersions(name)) await registry.verifyVersion(version);
    }
    const { manifest } = await registry.resolve("counting-gpt");
    expect(manifest).toMatchObject({ task: "causal-language-modeling", lineage: { testRows: 2, seed: 7 } });
    expect(manifest.metrics).toEqual(expected.uninterrupted);
  });
});

test("its models answer as they did", async () => {
  const letters = await loadModel("letters", { registry: String(pathToFileURL(directory)) });
  const gpt = await loadModel("counting-gpt", { task: "causal-language-modeling", registry: directory });
  const bert = await loadModel("counting-bert", { task: "masked-language-modeling", registry: directory });
  try {
    for (const { text, prediction } of expected.letters) {
      const [answer] = await letters.predict([text]);
      for (const [label, probability] of Object.entries(prediction.probabilities)) {
        expect(answer!.probabilities.find((each) => each.label === label)!.probability).toBeCloseTo(probability, 6);
      }
    }
    for (const { prompt, text } of expected.gpt) {
      expect((await gpt.generate(prompt, { maxTokens: 12, temperature: 0 })).text).toBe(text);
    }
    for (const { text, masks } of expected.bert) {
      const filled = await bert.fill(text, { top: 2 });
      const probabilities = (given: Expected["bert"][number]["masks"]) => given.flat().map((each) => each.probability);
      for (const [i, probability] of probabilities(masks).entries()) {
        expect(probabilities(filled.masks)[i]).toBeCloseTo(probability, 5);
      }
    }
  } finally {
    for (const model of [letters, gpt, bert]) model.release();
  }
});

test("the command line shows, verifies and asks them", async () => {
  const env = { MODELWRIGHT_REGISTRY: "registry" };
  const shown = await cli.run(["models", "show", "letters@shadow"], { env });
  expect(shown).toMatchObject({ code: 0, stdout: expect.stringMatching(/^letters:2 @shadow$/m) });
  const verified = await cli.run(["models", "verify", "counting-bert"], { env });
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining("every digest as registered") });
  const labelled = await cli.run(["predict", "letters", "bbb", "--json"], { env });
  expect(JSON.parse(labelled.stdout)).toMatchObject({ predictions: [{ label: "b" }] });
  const { prompt, text } = expected.gpt[0]!;
  const asked = ["predict", "counting-gpt", prompt, "--max-tokens", "12", "--temperature", "0"];
  expect((await cli.run(asked, { env })).stdout).toBe(`${prompt}${text}\n`);
});

test("the command line lists them, by the registry's URL, with what it cannot read", async () => {
  const copy = join(cli.folder, "damaged");
  await cp(directory, copy, { recursive: true });
  const database = new Libsql(join(copy, "registry.db"));
  database.exec("update model_versions set manifest_json = '{}' where model = 'counting-bert'");
  database.close();
  const args = ["models", "list", "--registry", String(pathToFileURL(copy))];
  const { code, stdout } = await cli.run(args);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^letters +2 +@champion → 1, @shadow → 2/m);
  expect(stdout).toMatch(/^! version counting-bert:1 cannot be read: manifest_json\.format: /m);
  expect(await cli.json(args)).toMatchObject({
    code: 0,
    document: { registry: copy, models: [{}, {}, {}], unreadable: [{ record: "version counting-bert:1" }] },
  });
  const refused = await cli.run(["models", "show", "counting-bert", "--registry", copy]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("REGISTRY_RECORD_UNREADABLE") });
  const elsewhere = await cli.run(["models", "list", "--registry", "postgres://ann:secret@db.example/models"]);
  expect(elsewhere).toMatchObject({ code: 2, stderr: expect.stringContaining("REGISTRY_URL_UNSUPPORTED") });
  expect(elsewhere.stderr).not.toContain("secret");
});

test("a server answers with each of them", async () => {
  await withRegistry(async (registry) => {
    const server = await startServer({ registry, models: [], port: 0 });
    const ask = async (model: string, body: object) => {
      const response = await fetch(`${server.url}/v1/models/${model}/predict`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      expect(response.status).toBe(200);
      return JSON.stringify(await response.json());
    };
    try {
      expect(await ask("letters", { text: "a cab" })).toContain('"label":"a"');
      const { prompt, text } = expected.gpt[0]!;
      const greedy = { maxTokens: 12, temperature: 0 };
      expect(await ask("counting-gpt", { text: prompt, options: greedy })).toContain(JSON.stringify(text));
      expect(await ask("counting-bert", { text: expected.bert[0]!.text })).toContain('"seven"');
    } finally {
      await server.close();
    }
  });
});

test("its interrupted run goes on from where it stopped and is registered", async () => {
  const steps: number[] = [];
  const result = await train(join(cli.folder, "counting-gpt.yaml"), {
    registry: directory,
    resume: true,
    onEvent: (event) => {
      if (event.type === "step") steps.push(event.step);
    },
  });
  expect(result).toMatchObject({ status: "finished", runId: expected.interrupted.id, version: 2 });
  expect(steps[0]).toBe(expected.interrupted.stoppedAfter + 1);
  expect(result.metrics.loss!.value).toBeCloseTo(expected.uninterrupted.loss!.value, 2);
  await withRegistry(async (registry) => {
    await registry.verifyVersion(await registry.getVersion("counting-gpt", 2));
    expect(await registry.getRun(expected.interrupted.id)).toMatchObject({ status: "finished" });
    const curve = await registry.metrics(expected.interrupted.id, "train/loss");
    expect(curve.map(({ step }) => step)).toEqual(Array.from({ length: 80 }, (_, i) => i + 1));
  });
});
