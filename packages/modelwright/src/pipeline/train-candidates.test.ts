import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ManifestOf, RecipeInputs } from "@modelwright/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadModel } from "./load-model.ts";
import type { RunEvent, TrainResult } from "./run-event.ts";
import { train } from "./train.ts";

const THINGS = { delivery: ["parcel", "package", "courier", "box"], payment: ["invoice", "refund", "bill", "receipt"] };
const OPENINGS = ["Where is", "I lost", "Please send", "What about", "Nobody answers about", "Today I need"];
const ENDS = ["?", ", please", " again", " since Monday", " now"];

let directory: string;
let registry: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-candidates-"));
  registry = join(directory, "registry");
  const rows = Object.entries(THINGS).flatMap(([label, things]) =>
    things.flatMap((thing) =>
      OPENINGS.flatMap((opening) => ENDS.map((end) => `"${opening} my ${thing}${end}",${label}`)),
    ),
  );
  await writeFile(join(directory, "tickets.csv"), `text,label\n${rows.join("\n")}\n`);
});
afterAll(() => rm(directory, { recursive: true }));

function recipeOf(
  parts: Omit<Partial<RecipeInputs["text-classification"]>, "data">,
): RecipeInputs["text-classification"] {
  return {
    name: "tickets",
    task: "text-classification",
    data: { source: join(directory, "tickets.csv"), clean: { duplicates: "exact" } },
    evaluate: { bootstrap: 100 },
    ...parts,
    model: { maxLength: 16, ...parts.model },
  };
}

async function run(recipe: RecipeInputs["text-classification"]) {
  const events: RunEvent[] = [];
  const result = await train(recipe, { registry, onEvent: (event) => events.push(event) });
  return { result, events };
}

async function manifestOf({ directory: folder }: TrainResult): Promise<ManifestOf<"text-classification">> {
  return JSON.parse(await readFile(join(folder!, "modelwright.json"), "utf8"));
}

describe("a run that has time for TF-IDF alone", () => {
  let result: TrainResult;
  let events: RunEvent[];
  beforeAll(async () => {
    ({ result, events } = await run(recipeOf({ name: "quick", train: { budget: "2s" } })));
  });

  test("keeps it, and says what was passed over", async () => {
    const { model, preprocessing, candidates } = await manifestOf(result);
    expect(model).toMatchObject({ kind: "tfidf", base: "tfidf", fineTune: "linear" });
    expect(preprocessing).toEqual({ tokenizer: "tokenizer.json", maxLength: 8192, truncation: "end", padId: 0 });
    expect(candidates).toMatchObject({ kept: "tfidf", metric: "f1Macro", tried: [{ name: "tfidf", value: 1 }] });
    expect(candidates!.passedOver.map(({ name }) => name)).toEqual(["frozen", "full"]);
    expect(result.candidates).toEqual(candidates);
    expect(result.advice).toEqual(["a larger train.budget lets frozen and full compete"]);
    expect(events.find(({ type }) => type === "plan")).toMatchObject({ budgetSeconds: 2 });
    expect(result.aliases).toEqual(["champion"]);
  });

  test("is not compared with itself", () => {
    expect(Object.keys(result.baselines)).toEqual(["majority"]);
  });

  test("serves what it was trained to", async () => {
    const model = await loadModel("quick", { registry, threads: 1 });
    await model.warmUp();
    const predictions = await model.predict(["my PARCEL", "the refunds", "", "\ud83c 你好"]);
    model.release();
    expect(predictions.slice(0, 2).map(({ label }) => label)).toEqual(["delivery", "payment"]);
    for (const { probability } of predictions) expect(probability).toBeGreaterThanOrEqual(0.5);
    expect(result.metrics["accuracy"]!.value).toBe(1);
  });

  test("has a report and a card that tell how it was made", async () => {
    expect(await readFile(result.reportPath!, "utf8")).toContain("Candidates, compared on the validation rows");
    const card = await readFile(join(result.directory!, "README.md"), "utf8");
    expect(card).toContain("a linear model on TF-IDF of words and of runs of characters");
    expect(card).not.toContain("undefined");
  });
});

describe("a version that is worse than its own baseline", () => {
  // A head that learns nothing.
  const hopeless = { model: { fineTune: "frozen" as const }, train: { epochs: 1, headLearningRate: 1e-9 } };

  test("is kept without the alias, says so first, and advises what is better", async () => {
    const { result, events } = await run(recipeOf(hopeless));
    expect(result.aliases).toEqual([]);
    expect(result.advice[0]).toContain("--set model.fineTune=auto");
    const verdicts = events.filter((event) => event.type === "verdict");
    expect(verdicts[0]).toMatchObject({
      loses: true,
      sentence: expect.stringContaining("tfidf is better than tickets"),
    });
    expect(events.find(({ type }) => type === "registered")).toMatchObject({
      reason: expect.stringMatching(/^its baseline tfidf is better on these test rows, macro F1 −/),
    });
  });

  test("takes the alias where the recipe allows it", async () => {
    const allowed = recipeOf({ ...hopeless, name: "stubborn", evaluate: { bootstrap: 100, belowBaseline: "promote" } });
    expect((await run(allowed)).result.aliases).toEqual(["champion"]);
  });
});

test("a network that is named has no candidate beside it, but keeps to the budget", async () => {
  const { result } = await run(recipeOf({ name: "named", model: { fineTune: "frozen" }, train: { budget: "1s" } }));
  expect(result.candidates).toMatchObject({ kept: "frozen", passedOver: [] });
  expect(Object.keys(result.baselines)).toEqual(["majority", "tfidf"]);
  expect((await manifestOf(result)).model).toMatchObject({ kind: "encoder", fineTune: "frozen" });
});
