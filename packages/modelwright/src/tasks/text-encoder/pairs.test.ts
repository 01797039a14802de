import type { LoadedModelOf } from "@modelwright/inference";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { STAGES } from "../tasks.ts";
import { TINY_DATA } from "../testing/tiny-data.ts";
import { TinyRun } from "../testing/tiny-run.ts";

const THINGS = ["parcel", "invoice", "refund", "courier"];
const OPENINGS = ["Where is", "I lost", "Please send", "What about", "Nobody answers about", "Today I need"];

/** Two sentences are about the same thing, or about two. */
const ROWS = OPENINGS.flatMap((opening, i) =>
  THINGS.flatMap((thing, at) => {
    const second = (shift: number) => `${OPENINGS[(i + 1) % OPENINGS.length]} the ${THINGS[(at + shift) % 4]}`;
    return [`${opening} my ${thing},${second(0)},same`, `${opening} my ${thing},${second(1)},other`];
  }),
);
const csv = (rows: readonly string[]) => `premise,hypothesis,relation\n${rows.join("\n")}\n`;
const items = [
  { text: "Where is my parcel", second: "I lost the parcel" },
  { text: "Where is my parcel", second: "I lost the refund" },
  { text: "I lost the refund", second: "Where is my parcel" },
];

describe.each([
  ["bert", { base: "none", architecture: "bert", width: 32, layers: 1 }, "template", true],
  ["text-cnn", { base: "none", width: 8 }, "template", false],
  ["the built-in encoder", { base: "use-lite-en", fineTune: "frozen" }, "joined", false],
] as const)("pairs of texts by %s", (_, model, pair, hasTypes) => {
  const run = new TinyRun("text-classification", STAGES["text-classification"], {
    ...TINY_DATA["text-classification"],
    recipe: {
      name: "tiny",
      task: "text-classification",
      data: {
        source: "pairs.csv",
        columns: { text: "premise", second: "hypothesis", label: "relation" },
        clean: { duplicates: "exact" },
      },
      model: { fineTune: "full", maxLength: 32, ...model },
      train: { epochs: 1, batchSize: 8, threads: 1 },
      evaluate: { bootstrap: 100 },
    },
    files: { "pairs.csv": csv(ROWS) },
  });
  let loaded: LoadedModelOf<"text-classification">;
  beforeAll(async () => {
    await run.start();
    loaded = run.model as typeof loaded;
  });
  afterAll(() => run.end());

  test("are read as the manifest and the graph say", () => {
    expect(run.manifest).toMatchObject({ signature: { input: "text-pair" }, preprocessing: { pair } });
    const { inputs } = run.parts.manifest.signature.tensors;
    expect(inputs.some(({ name }) => name === "token_type_ids")).toBe(hasTypes);
  });

  test("count as a whole: those that share one text are no duplicates", () => {
    const { train, validation } = run.data.learning;
    const rows = [train, validation, run.test].reduce<number>((sum, split) => sum + run.task.size(split), 0);
    expect(rows).toBe(ROWS.length);
  });

  test("are answered by both texts and their order, alone as among others", async () => {
    const all = await loaded.predict(items, { options: { all: true } });
    expect(new Set(all.map((answer) => JSON.stringify(answer))).size).toBe(items.length);
    const [alone] = await loaded.predict([items[1]!], { options: { all: true } });
    expect(alone!.probability).toBeCloseTo(all[1]!.probability, 5);
  });

  test("are what the test rows are tried with", () => {
    const [trial] = run.task.trials(run.test);
    expect(trial!.item).toMatchObject({ text: expect.stringContaining("my"), second: expect.stringContaining("the") });
  });

  test("a text alone is refused, and so is half a pair", async () => {
    const wrong = { code: "MODEL_INPUT_INVALID", message: expect.stringContaining('{ "text", "second" }') };
    await expect(loaded.predict(["Where is my parcel"])).rejects.toMatchObject(wrong);
    await expect(loaded.predict([{ text: "Where is my parcel" } as never])).rejects.toMatchObject(wrong);
  });
});
