import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type TaskName, taskNames } from "@modelwright/contracts";
import { inferenceRow } from "@modelwright/inference";
import { type JsonSchema, startServer } from "@modelwright/server";
import { openRegistryOfAllTasks, type TinyRegistry } from "@modelwright/server/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientFile } from "./client-file.ts";

const REPOSITORY = fileURLToPath(new URL("../../../../", import.meta.url));

let filled: TinyRegistry;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "client-"));
  filled = await openRegistryOfAllTasks();
});
afterAll(async () => {
  await filled.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Uses of a client that TypeScript must refuse, by task; every other line it must accept. */
const REFUSED: Partial<Record<TaskName, readonly string[]>> = {
  "text-classification": [
    'const label: "a" | "b" = answers[0]!.label!;',
    'if (answers[0]!.label === "d") throw new Error();',
    "await predict([7], server);",
    'await predict(["a"], { ...server, topk: 2 });',
    'await predict(["a"], {});',
  ],
  "multi-label-classification": ['answers[0]!.labels.includes("nothing of it");'],
  "tabular-classification": [
    'await predict([{ amount: "much", kind: "a" }], server);',
    'await predict([{ amount: 1, kind: "a", knid: "b" }], server);',
    "await predict([{ amount: 1 }], server);",
    'answers[0]!.label satisfies "x";',
  ],
  "tabular-regression": ["answers[0]!.value satisfies string;"],
};

test("the types of every task take its examples, and refuse what is wrong", { timeout: 300_000 }, async () => {
  const programs: string[] = [];
  for (const task of taskNames) {
    const record = await filled.registry.resolve(task);
    const { examples } = await inferenceRow(task).tinyVersion();
    await writeFile(join(folder, `${task}.client.ts`), clientFile(record));
    const items = JSON.stringify(examples.map(({ item }) => item));
    const answers = JSON.stringify(examples.map(({ answer }) => answer));
    const program = [
      `import { type Answer, type Item, predict } from "./${task}.client.ts";`,
      'const server = { url: "http://127.0.0.1" };',
      `const items: readonly Item[] = ${items};`,
      // What the tiny model answers, worked out without it, is what the types say.
      `export const known: readonly Answer[] = ${answers};`,
      "const answers = await predict(items, server);",
      ...(REFUSED[task] ?? []).flatMap((line) => ["// @ts-expect-error", line]),
      "export { answers };",
    ];
    await writeFile(join(folder, `${task}.ts`), program.join("\n"));
    programs.push(`${task}.ts`);
  }
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    module: "nodenext",
    target: "es2023",
    lib: ["es2023", "dom"],
    types: [],
    allowImportingTsExtensions: true,
    skipLibCheck: true,
  };
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: programs }));
  expect(await compile(folder)).toBe("");
});

function compile(project: string): Promise<string> {
  const compiler = join(REPOSITORY, "node_modules/typescript/bin/tsc");
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, "-p", project], (_, stdout) => resolve(stdout));
  });
}

interface Content {
  readonly content: {
    readonly "application/json": { readonly schema: { readonly properties: Record<string, JsonSchema> } };
  };
}

interface Described {
  readonly requestBody: Content;
  readonly responses: { readonly 200: Content };
}

test("the module asks a server, and says what it refuses", async () => {
  const record = await filled.registry.resolve("text-classification");
  // Node.js 20 reads no types: those of the module are taken away as a build would.
  const { transpileModule, ModuleKind, ScriptTarget } = (await import("typescript")).default;
  const { outputText } = transpileModule(clientFile(record), {
    compilerOptions: { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 },
  });
  await writeFile(join(folder, "client.mjs"), outputText);
  const { predict, PredictionError } = await import(pathToFileURL(join(folder, "client.mjs")).href);
  const server = await startServer({ registry: filled.registry, models: [], workers: 1, port: 0, drainMs: 0 });
  try {
    const url = `${server.url}/`;
    const { examples } = await inferenceRow("text-classification").tinyVersion();
    const [{ item, answer }] = examples as [(typeof examples)[number]];
    const [first] = await predict([item], { url });
    expect(answer).toMatchObject({ label: first.label });
    expect((await predict([item], { url, topK: 2 }))[0].probabilities).toHaveLength(2);
    const refused = predict([7], { url });
    await expect(refused).rejects.toBeInstanceOf(PredictionError);
    await expect(refused).rejects.toMatchObject({ status: 400, code: "SERVER_REQUEST_INVALID" });
    await expect(predict(["a"], { url, model: "nobody" })).rejects.toMatchObject({ code: "SERVER_MODEL_NOT_LOADED" });

    const response = await fetch(`${server.url}/v1/models/tabular-classification/openapi.json`);
    const document = (await response.json()) as { paths: Record<string, { post: Described }> };
    expect(document).toMatchObject({ openapi: "3.1.0", info: { title: "tabular-classification", version: "1" } });
    const [operation] = Object.values(document.paths).map(({ post }) => post);
    const { row } = operation!.requestBody.content["application/json"].schema.properties;
    expect(row).toMatchObject({ required: ["amount", "kind"], properties: { amount: { type: ["number", "null"] } } });
    const shown = operation!.responses[200].content["application/json"].schema.properties["predictions"]!.items!;
    const { labels } = (await filled.registry.resolve("tabular-classification")).manifest as { labels: string[] };
    expect(shown.properties!["label"]!["enum"]).toEqual(labels);
  } finally {
    await server.close();
  }
});
