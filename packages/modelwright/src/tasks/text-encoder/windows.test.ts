import type { TaskName } from "@modelwright/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { STAGES } from "../tasks.ts";
import { TINY_DATA } from "../testing/tiny-data.ts";
import { TinyRun } from "../testing/tiny-run.ts";

const WORDS = ["parcel", "invoice", "refund", "courier", "letter"];
const FILLING = Array.from({ length: 40 }, (_, i) => `w${i % 7}`).join(" ");

interface Row {
  readonly text: string;
  readonly label: string;
  readonly number: number;
}

/** What a text is stands at its end, behind forty words; a few texts are short. */
const ROWS: readonly Row[] = Array.from({ length: 60 }, (_, i) => {
  const label = i % 2 === 0 ? "lost" : "found";
  const filling = i % 6 === 0 ? `w${i}` : FILLING;
  return { text: `no ${i} ${filling} ${WORDS[i % 5]} ${label}`, label, number: i };
});
const TASKS = {
  "text-classification": { column: "label", cellOf: ({ label }: Row) => label },
  "multi-label-classification": {
    column: "labels",
    cellOf: ({ label, number }: Row) => (number % 3 === 0 ? `${label};third` : label),
  },
  "text-regression": { column: "target", cellOf: ({ label, number }: Row) => (label === "lost" ? 100 : 0) + number },
} as const satisfies Partial<Record<TaskName, object>>;

const MODELS = {
  "from scratch": { base: "none", width: 8, fineTune: "full" },
  frozen: { base: "use-lite-en", fineTune: "frozen" },
};
const cases = Object.entries(MODELS).flatMap(([name, model]) =>
  (Object.keys(TASKS) as (keyof typeof TASKS)[]).map((task) => ({ task, name, model })),
);

describe.each(cases)("$task in windows, $name", ({ task, model }) => {
  const { column, cellOf } = TASKS[task];
  const recipe = {
    name: "tiny",
    task,
    data: {
      source: "rows.csv",
      clean: { duplicates: "keep" },
      ...(task === "multi-label-classification" ? { labelSeparator: ";" } : {}),
    },
    model: { ...model, maxLength: 8, windows: { overlap: 2, most: 32 } },
    train: { epochs: 1, batchSize: 8, threads: 1 },
    evaluate: { bootstrap: 100 },
  };
  const lines = ROWS.map((row) => `${row.text},${cellOf(row)}`);
  const files = { "rows.csv": `text,${column}\n${lines.join("\n")}\n` };
  const run = new TinyRun(task, STAGES[task] as never, { ...TINY_DATA[task], recipe, files } as never);
  beforeAll(() => run.start());
  afterAll(() => run.end());

  test("the manifest says how long texts are read", () => {
    expect(run.manifest).toMatchObject({ preprocessing: { maxLength: 8, windows: { overlap: 2, most: 32 } } });
  });

  test("a text is answered alone as it is among others, and by what stands at its end", async () => {
    const loaded = run.model as unknown as { predict(texts: readonly string[], request: object): Promise<object[]> };
    const request = task === "text-regression" ? {} : { options: { all: true } };
    const numbers = (answer: object) =>
      JSON.stringify(answer)
        .match(/-?\d+\.\d+/g)!
        .map(Number);
    const texts = ROWS.slice(0, 9).map(({ text }) => text);
    const together = await loaded.predict(texts, request);
    for (const [i, text] of texts.entries()) {
      const [alone] = await loaded.predict([text], request);
      for (const [k, number] of numbers(alone!).entries()) expect(number).toBeCloseTo(numbers(together[i]!)[k]!, 4);
    }
    const [one, other] = await loaded.predict(
      ["lost", "found"].map((end) => `no 1 ${FILLING} ${end}`),
      request,
    );
    expect(numbers(one!)).not.toEqual(numbers(other!));
  });
});
