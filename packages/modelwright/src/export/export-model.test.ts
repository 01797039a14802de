import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { taskNames } from "@modelwright/contracts";
import { inferenceRow } from "@modelwright/inference";
import { openRegistry } from "@modelwright/registry";
import { startServer } from "@modelwright/server";
import { openRegistryOfAllTasks, registerTinyVersion, type TinyRegistry } from "@modelwright/server/testing";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { exportModel } from "./export-model.ts";
import { PEERS } from "./service/container.ts";

let filled: TinyRegistry;
let folder: string;

beforeAll(async () => {
  filled = await openRegistryOfAllTasks();
  await registerTinyVersion(filled.registry, { name: "letters" });
  await registerTinyVersion(filled.registry, {
    name: "letters",
    examples: ["a secret row"],
    files: { "trained-rows.bin": "hashes" },
  });
});
afterAll(() => filled.remove());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "export-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (...path: string[]) => join(folder, ...path);
const read = (...path: string[]) => readFile(at(...path), "utf8");
const from = () => ({ registry: filled.registry.location });

describe("a service", () => {
  test("serves the version under its number, and lets in by the keys that were made for it alone", async () => {
    const exported = await exportModel("letters", at("out"), from());
    expect(exported).toEqual({ name: "letters", version: 2, as: "service", folder: at("out") });
    const registry = await openRegistry(at("out", "registry"));
    expect(await registry.listModels()).toMatchObject([{ name: "letters", versions: 1, aliases: { champion: 2 } }]);
    const server = await startServer({ registry, models: ["letters"], workers: 1, port: 0, drainMs: 0 });
    try {
      const ask = async (path: string, file?: string) => {
        const authorization = file === undefined ? undefined : `Bearer ${await read("out", "secrets", file)}`;
        const headers = { "content-type": "application/json", ...(authorization && { authorization }) };
        const isPost = path.endsWith("predict");
        return fetch(`${server.url}${path}`, isPost ? { method: "POST", headers, body: '{"text":"bb"}' } : { headers });
      };
      const predict = "/v1/models/letters/predict";
      expect((await ask(predict)).status).toBe(401);
      expect((await ask(predict, "prometheus.key")).status).toBe(403);
      expect(await (await ask(predict, "client.key")).json()).toMatchObject({
        model: { name: "letters", version: 2 },
        predictions: [{ label: "b" }],
      });
      expect((await ask("/metrics", "prometheus.key")).status).toBe(200);
    } finally {
      await server.close();
      await registry.close();
    }
    // The registry that it comes from still asks nobody.
    expect((await filled.registry.stores.keys.ring()).isEmpty).toBe(true);
  });

  test("keeps secrets where nobody else can enter, out of images and out of git", async () => {
    await exportModel("letters", at("out"), from());
    expect((await stat(at("out", "secrets"))).mode & 0o777).toBe(0o700);
    const secrets = await Promise.all(
      (await readdir(at("out", "secrets"))).map((name) => read("out", "secrets", name)),
    );
    expect(new Set(secrets).size).toBe(6);
    for (const secret of secrets) expect(secret).toMatch(/^(?:mw_)?[\w-]{32,}$/);
    for (const file of await readdir(at("out"), { recursive: true, withFileTypes: true })) {
      if (!file.isFile() || file.parentPath === at("out", "secrets")) continue;
      const content = await readFile(join(file.parentPath, file.name), "latin1");
      for (const secret of secrets) expect(content.includes(secret), file.name).toBe(false);
    }
    expect(await read("out", ".dockerignore")).toMatch(/^\*\n/);
    expect(await read("out", ".gitignore")).toMatch(/^secrets\/$/m);
    await exportModel("letters", at("again"), from());
    expect(await read("again", "secrets", "client.key")).not.toBe(await read("out", "secrets", "client.key"));
  });

  test("says neither who exported it nor on which machine it was trained", async () => {
    const { runId, ...version } = await filled.registry.resolve("letters:2");
    await filled.registry.updateRun(runId, { summary: { process: { host: "anna-laptop", pid: 7 }, epochs: 3 } });
    await exportModel(`letters:${version.version}`, at("out"), from());
    const registry = await openRegistry(at("out", "registry"));
    try {
      const { records, missing } = await registry.stores.audit.list();
      expect(records.map(({ action, target }) => `${action} ${target}`)).toEqual([
        "key.create key client",
        "key.create key prometheus",
      ]);
      for (const { by } of records) expect(by).toEqual({ kind: "user", name: "modelwright export", from: "export" });
      expect(missing).toBe(0);
      expect((await registry.getRun(runId)).summary).toEqual({ epochs: 3 });
    } finally {
      await registry.close();
    }
    // Where it comes from, that stays.
    expect((await filled.registry.getRun(runId)).summary).toHaveProperty("process");
  });

  test("asks for the libraries that Modelwright takes", () => {
    const require = createRequire(import.meta.url);
    const taken = ["../../../registry", "../.."].map((folder) => require(`${folder}/package.json`).peerDependencies);
    expect(Object.assign({}, ...taken)).toMatchObject(PEERS);
  });

  test("has the names of every model as a host may be called", async () => {
    const { hostName } = await import("./service/service-facts.ts");
    const names = ["letters", "a.b_c", "9", "x-", "0..0", `${"a".repeat(39)}.${"b".repeat(24)}`];
    for (const name of names) expect(hostName(name), name).toMatch(/^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/);
    expect(hostName("mail-triage")).toBe("mail-triage");
  });
});

describe("for other runtimes", () => {
  test.each(taskNames)("a version of %s is its graph, and says what that takes and gives", async (task) => {
    await exportModel(task, at("out"), { ...from(), as: "onnx" });
    const { manifest } = await filled.registry.resolve(task);
    const readme = await read("out", "README.md");
    const graphs = (await readdir(at("out", "onnx"))).filter((name) => name.endsWith(".onnx"));
    expect(graphs.length).toBeGreaterThan(0);
    for (const { name } of [...manifest.signature.tensors.inputs, ...manifest.signature.tensors.outputs])
      expect(readme).toContain(`| \`${name}\` |`);
    const labels = inferenceRow(task).labels?.(manifest);
    if (labels !== undefined) expect(JSON.parse(await read("out", "labels.json"))).toEqual(labels);
    for (const { path, sha256 } of manifest.files.filter(({ path }) => path.startsWith("onnx/")))
      expect(readme).toContain(`| \`${path}\` | ${sha256} |`);
  });

  test("nothing travels that holds rows of the data", async () => {
    await exportModel("letters:2", at("out"), { ...from(), as: "onnx" });
    const files = (await readdir(at("out"), { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
    expect(files.map(({ name }) => name).sort()).toEqual([
      "README.md",
      "config.json",
      "labels.json",
      "model.onnx",
      "tokenizer.json",
    ]);
  });

  test("the graph of a table runs as its README says, with ONNX Runtime alone", async () => {
    await exportModel("tabular-classification", at("out"), { ...from(), as: "onnx" });
    const readme = await read("out", "README.md");
    const feedOf = (column: string) => new RegExp(`\\| \`(\\S+)\` \\| ${column} \\|`).exec(readme)![1]!;
    const session = await InferenceSession.create(at("out", "onnx", "model.onnx"));
    const { logits } = await session.run({
      [feedOf("amount")]: new Tensor("float32", [2, Number.NaN], [2, 1]),
      [feedOf("kind")]: new Tensor("string", ["a", ""], [2, 1]),
    });
    const labels = JSON.parse(await read("out", "labels.json"));
    const [rows, width] = logits!.dims;
    expect([rows, width]).toEqual([2, labels.length]);
    // The README: probabilities are the softmax of the logits.
    const numbers = Array.from(logits!.data as Float32Array).slice(0, width);
    const sum = numbers.reduce((total, logit) => total + Math.exp(logit), 0);
    const server = await startServer({
      registry: filled.registry,
      models: ["tabular-classification"],
      workers: 1,
      port: 0,
      drainMs: 0,
    });
    try {
      const response = await fetch(`${server.url}/v1/models/tabular-classification/predict?all=true`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ row: { amount: 2, kind: "a" } }),
      });
      const { predictions } = (await response.json()) as {
        predictions: [{ probabilities: { label: string; probability: number }[] }];
      };
      for (const { label, probability } of predictions[0].probabilities)
        expect(Math.exp(numbers[labels.indexOf(label)]!) / sum).toBeCloseTo(probability, 6);
    } finally {
      await server.close();
    }
  });
});

test("what exists is left alone, and of what fails nothing stays", async () => {
  await writeFile(at("out"), "mine");
  await expect(exportModel("letters", at("out"), from())).rejects.toMatchObject({ code: "REGISTRY_TARGET_EXISTS" });
  await expect(exportModel("nobody", at("new"), from())).rejects.toMatchObject({ code: "REGISTRY_MODEL_UNKNOWN" });
  await expect(exportModel("letters", at("out", "below"), from())).rejects.toMatchObject({
    code: "CLI_OUTPUT_UNWRITABLE",
    message: expect.stringContaining(at("out", "below")),
  });
  expect(await readdir(folder)).toEqual(["out"]);
  expect(await read("out")).toBe("mine");
});
