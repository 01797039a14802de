import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DistillationManifest, RecipeInputs } from "@modelwright/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { train } from "./train.ts";

type Recipe = RecipeInputs["text-classification"];

const THINGS = { parcel: "delivery", courier: "delivery", invoice: "payment", refund: "payment" };
const OPENINGS = ["Where is", "I lost", "Please send", "What about", "Nobody saw", "Today I need", "Who has"];
const ROWS = Object.entries(THINGS).flatMap(([thing, label]) =>
  OPENINGS.map((opening) => ({ text: `${opening} my ${thing}`, label })),
);

let directory: string;
let registry: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-distillation-"));
  registry = join(directory, "registry");
  await writeFile(join(directory, "rows.csv"), csv(ROWS));
  await train(recipeOf("large", { model: { ...network, width: 16 } }), { registry });
});
afterAll(() => rm(directory, { recursive: true }));

const network = { base: "none", architecture: "dense", fineTune: "full", maxLength: 8 } as const;

function csv(rows: typeof ROWS) {
  return `text,label\n${rows.map(({ text, label }) => `${text},${label}`).join("\n")}\n`;
}

/** A recipe of a network that is trained in no time. */
function recipeOf(name: string, changed: Partial<Recipe> = {}): Recipe {
  return {
    name,
    task: "text-classification",
    data: { source: join(directory, "rows.csv"), clean: { duplicates: "keep" } },
    model: { ...network, width: 4 },
    ...changed,
    train: { epochs: 2, batchSize: 8, threads: 1, ...changed.train },
    evaluate: { bootstrap: 100, baselines: [] },
  };
}

async function manifestOf(folder: string | undefined) {
  const manifest = JSON.parse(await readFile(join(folder!, "modelwright.json"), "utf8"));
  return manifest as { distillation?: DistillationManifest; model: { parameters: number } };
}

/** Logits of rows in a file beside the data. */
async function stored(rows: readonly object[]) {
  const path = join(directory, "logits.jsonl");
  await writeFile(path, `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`);
  return path;
}

const logitsOf = ({ text, label }: { readonly text: string; readonly label: string }) => ({
  text,
  logits: { payment: label === "payment" ? 3 : -3, delivery: label === "payment" ? -3 : 3 },
});

test("a student learns from a version, and its manifest and card name it by number", async () => {
  const student = await train(recipeOf("small", { train: { teacher: "large@champion" } }), { registry });
  const { distillation, model } = await manifestOf(student.directory);
  expect(distillation).toMatchObject({ teacher: "large:1", temperature: 2, weight: 0.5 });
  expect(distillation!.parameters).toBeGreaterThan(model.parameters);
  expect(distillation!.validation.rows).toBeGreaterThan(0);
  const card = await readFile(join(student.directory!, "README.md"), "utf8");
  expect(card).toContain("It learnt from the answers of `large:1`");
});

test("a run goes on with the version and the answers with which it began", async () => {
  const stopped = async (recipe: Recipe) => {
    const stop = new AbortController();
    const first = await train(recipe, {
      registry,
      signal: stop.signal,
      onEvent: ({ type }) => type === "model" && stop.abort(),
    });
    expect(first.status).toBe("interrupted");
    return first.runId;
  };
  const alias = recipeOf("alias", { train: { teacher: "large@champion", epochs: 20 } });
  const runId = await stopped(alias);
  const again = await train(recipeOf("large", { model: { ...network, width: 24 } }), { registry });
  expect(again.version).toBe(2);
  const resumed = await train(alias, { registry, resume: true });
  expect(resumed).toMatchObject({ status: "finished", runId });
  expect((await manifestOf(resumed.directory)).distillation!.teacher).toBe("large:1");

  const file = recipeOf("file", { train: { teacher: await stored(ROWS.map(logitsOf)), epochs: 20 } });
  await stopped(file);
  await stored(ROWS.map((row) => ({ ...logitsOf(row), id: row.text })));
  await expect(train(file, { registry, resume: true })).rejects.toMatchObject({
    code: "TRAINING_NOTHING_TO_RESUME",
    message: expect.stringMatching(/the teacher's answers in .*logits\.jsonl have changed since it began/),
  });
});

test("a head on a frozen encoder learns from a teacher too", async () => {
  const base = new URL("../../../../test/parity/fixtures/encoders/bert", import.meta.url).pathname;
  const model = { base, fineTune: "frozen", maxLength: 8 } as const;
  const result = await train(recipeOf("head", { model, train: { teacher: "large:1" } }), { registry });
  expect((await manifestOf(result.directory)).distillation).toMatchObject({ teacher: "large:1" });
});

test("of a file, found by ids, a student may learn all: its labels count for nothing", async () => {
  const source = join(directory, "named.csv");
  const lines = ROWS.map(({ text, label }, i) => `${i},${text},${label}`);
  await writeFile(source, `id,text,label\n${lines.join("\n")}\n`);
  const data = { source, columns: { id: "id" }, clean: { duplicates: "keep" } } as const;
  const taught = async (scale: number) => {
    const logits = (row: (typeof ROWS)[number]) => {
      const { payment, delivery } = logitsOf(row).logits;
      return { payment: payment * scale, delivery: delivery * scale };
    };
    const teacher = await stored(ROWS.map((row, id) => ({ id, logits: logits(row) })));
    const changed = {
      data,
      model: { ...network, width: 16 },
      train: {
        teacher,
        distillation: { weight: 1 },
        epochs: 40,
        learningRate: 1e-2,
        headLearningRate: 1e-2,
        earlyStopping: { metric: "loss", patience: 40 } as const,
      },
    };
    const result = await train(recipeOf(`named-${scale}`, changed), { registry });
    const { distillation } = await manifestOf(result.directory);
    return { ...distillation!, logLoss: result.metrics["logLoss"]!.value };
  };
  const [sure, silent] = [await taught(1), await taught(0)];
  expect(sure.validation.teacher.accuracy).toBe(1);
  expect(sure).not.toHaveProperty("parameters");
  expect(sure.logLoss).toBeLessThan(0.3);
  expect(silent.logLoss).toBeGreaterThan(0.6);
});
