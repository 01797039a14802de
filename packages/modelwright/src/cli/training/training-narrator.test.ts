import { parseRecipe } from "@modelwright/contracts";
import { expect, test } from "vitest";
import type { RunEvent } from "../../pipeline/run-event.ts";
import { Screen } from "../output/screen.ts";
import { TrainingNarrator } from "./training-narrator.ts";

/** What a run's events look like on a terminal without colours. */
function told(events: readonly RunEvent[], options: { readonly all?: boolean } = {}): string {
  let written = "";
  const stream = { write: (text: string) => (written += text) };
  const narrator = new TrainingNarrator(new Screen({ json: false }, { out: stream, err: stream }), options);
  for (const event of events) narrator.tell(event);
  return written.replace(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g"), "");
}

const recipe = parseRecipe({ name: "mails", task: "text-classification", data: { source: "mails.csv" } });
const started: RunEvent = { type: "run", runId: "20261124-121530-ab12", recipe, resumed: false };
const evaluation = (step: number, totalSteps: number): RunEvent => ({
  type: "evaluation",
  step,
  totalSteps,
  epoch: step,
  loss: 0.5,
  measures: { accuracy: 0.9, f1Macro: 0.8 },
  best: step === 1,
});

test("a run begins with what decides its result, defaults included", () => {
  const text = told([{ type: "run", runId: "20261124-121530-ab12", recipe, resumed: true }]);
  expect(text).toContain("mails: text-classification, run 20261124-121530-ab12, resumed\n");
  expect(text).toMatch(/^ {2}data +mails\.csv; exact and near duplicates dropped$/m);
  expect(text).toMatch(/^ {2}model +use-lite-en, auto: the best of tfidf, frozen and full on the validation rows; /m);
  expect(text).toMatch(/^ {2}rate +full: encoder 3e−4, head 2e−3, linear with 10 % warm-up$/m);
  expect(text).toMatch(/^ {2}stops early +full: after 3 evaluations without a better macro F1$/m);
  expect(text).toMatch(/, 1,000 resamples$/m);
});

test("a run that learns from all rows says that nothing stops it early", () => {
  const few = parseRecipe({
    name: "mails",
    task: "text-classification",
    data: { source: "mails.csv" },
    model: { fineTune: "contrastive" },
  });
  const text = told([{ type: "run", runId: "20261124-121530-ab12", recipe: few, resumed: false }]);
  expect(text).toMatch(/^ {2}split +test 20 %, by label, seed 7; every other row is learned from$/m);
  expect(text).toMatch(/^ {2}training +5 epochs of pairs, /m);
  expect(text).toMatch(/^ {2}stops +after its epochs$/m);
});

test("a label or a warning from the data cannot write over the terminal", () => {
  const text = told([
    {
      type: "data",
      report: {
        steps: [{ name: "read", detail: "2 rows\u001b[2J", rows: 2 }],
        warnings: ["odd\rlabel"],
        fields: "text",
      },
      labels: ["a\u001b[2J", "b"],
      rows: { train: 1, validation: 1, test: 0 },
    },
  ]);
  expect(text).toContain('  2 labels: "a [2J", "b"\n');
  expect(text).toContain("! odd label\n");
  expect(text).not.toContain("\u001b");
});

test("a model of the hub is named with its commit; a download says how far, how fast and how long", () => {
  const pinned = { type: "pinned", base: "owner/name@v1", commit: "1234567".padEnd(40, "0"), bytes: 90.9e6 } as const;
  expect(told([{ ...pinned, fetched: 90.9e6 }])).toBe(
    "\n  model from the hub: owner/name at commit 1234567, 86.7 MiB\n",
  );
  const cached = told([{ ...pinned, fetched: 0, unasked: "ENOTFOUND" }]);
  expect(cached).toContain("86.7 MiB, from the cache\n");
  expect(cached).toContain("! the hub cannot be reached (ENOTFOUND): it is the commit of the last time\n");

  let written = "";
  const terminal = { isTTY: true, columns: 100, write: (text: string) => (written += text) };
  const narrator = new TrainingNarrator(new Screen({ json: false }, { out: terminal, err: terminal }), {});
  const [done, total] = [2 ** 20, 4 * 2 ** 20];
  narrator.tell({ type: "download", file: "model.safetensors", done, total, bytesPerSecond: 2 ** 19 });
  expect(written).toContain("fetching model.safetensors: 1.0 MiB of 4.0 MiB (25.0 %), 512.0 KiB/s, 6.0 s left");
});

test("few evaluations are all shown, many about ten and the last", () => {
  const lines = (total: number) => {
    const events = Array.from({ length: total }, (_, i) => evaluation(i + 1, total));
    return told([started, ...events])
      .trim()
      .split("\n")
      .filter((line) => line.includes(": validation"));
  };
  expect(lines(4)).toHaveLength(4);
  expect(lines(10)).toHaveLength(10);
  expect(lines(60).length).toBeLessThanOrEqual(12);
  expect(lines(60).at(-1)).toContain("epoch 60.0: validation loss 0.5000, accuracy 0.900, macro F1 0.800");
  expect(lines(60)[0]).toMatch(/best so far$/);
});

test("metrics for a closer look are shown when they are asked for, or when a gate names them", () => {
  const measures = { f1Macro: { value: 0.9 }, rocAuc: { value: 0.99 }, balancedAccuracy: { value: 0.8 } };
  const gated = parseRecipe({ ...recipe, evaluate: { ...recipe.evaluate, gates: { balancedAccuracy: { min: 0.7 } } } });
  const evaluated: RunEvent[] = [
    { type: "run", runId: "20261124-121530-ab12", recipe: gated, resumed: false },
    { type: "evaluated", name: "mails", measures },
    { type: "verdict", sentence: "mails is better.", loses: false },
  ];
  expect(told(evaluated)).toMatch(/Macro F1 +0\.900\n +Balanced accuracy +0\.800\n/);
  expect(told(evaluated)).not.toContain("ROC AUC");
  expect(told(evaluated)).toContain("Test split (every metric: --all, and in the report)\n");
  expect(told(evaluated, { all: true })).toMatch(/Balanced accuracy +0\.800\n +ROC AUC +0\.990\n/);
});

test("what was adjusted by validation rows is told, and what could not be", () => {
  const text = told([
    {
      type: "calibrated",
      lines: [["calibrated", "by temperature 1.70"]],
      warnings: ["no text is rejected"],
    },
  ]);
  expect(text).toBe("  calibrated  by temperature 1.70\n  ! no text is rejected\n");
});

test("all that were evaluated stand in one table, before the verdicts", () => {
  const measures = (value: number) => ({ f1Macro: { value, low: value - 0.1, high: value + 0.05 } });
  const text = told([
    started,
    { type: "evaluated", name: "mails", measures: measures(0.9) },
    { type: "evaluated", name: "majority", measures: measures(0.3) },
    { type: "verdict", loses: false, sentence: "mails is better than majority." },
    { type: "verdict", loses: false, sentence: "That was all." },
    { type: "registered", name: "mails", version: 2, directory: "/x", aliases: ["champion"], reason: "not worse" },
  ]);
  expect(text.match(/Macro F1/g)).toHaveLength(1);
  expect(text).toMatch(
    /mails +majority\n {2}Macro F1 +0\.900 \[0\.800, 0\.950\] +0\.300 \[0\.200, 0\.350\]\n\n {2}mails is better/,
  );
  expect(text).toContain("Kept as mails:2 @champion (not worse)\n");
});

test("a lost comparison is said before anything else", () => {
  const text = told([
    started,
    { type: "evaluated", name: "mails", measures: { f1Macro: { value: 0.5 } } },
    { type: "evaluated", name: "tfidf", measures: { f1Macro: { value: 0.9 } } },
    { type: "verdict", loses: true, sentence: "tfidf is better than mails." },
    { type: "verdict", loses: false, sentence: "mails is better than majority." },
  ]);
  expect(text.indexOf("tfidf is better")).toBeLessThan(text.indexOf("Test split"));
  expect(text.indexOf("Test split")).toBeLessThan(text.indexOf("better than majority"));
});

test("candidates are planned, tried and chosen from", () => {
  const wanted = { epochs: 8, seconds: 360 };
  const text = told([
    started,
    {
      type: "plan",
      budgetSeconds: 300,
      metric: "f1Macro",
      candidates: [
        { name: "tfidf", title: "linear model", estimate: { seconds: 0.01 } },
        { name: "frozen", title: "head", estimate: { passedOver: "≈ 9 min 00 s is over the budget" } },
        { name: "full", title: "all", estimate: { seconds: 225, epochs: 5, wanted } },
      ],
    },
    { type: "candidate-started", name: "tfidf", title: "linear model" },
    { type: "model", base: "tfidf", parameters: 7, trained: 7 },
    { type: "candidate", name: "tfidf", metric: "f1Macro", value: 0.8, logLoss: 1, seconds: 2 },
    { type: "candidate-passed-over", name: "frozen", reason: "≈ 9 min 00 s is over the budget" },
    { type: "candidate-started", name: "full", title: "all", epochs: 4 },
    { type: "out-of-time", step: 7, totalSteps: 9, bestStep: 6 },
    { type: "candidate", name: "full", metric: "f1Macro", value: 0.9, logLoss: 1, seconds: 200 },
    { type: "chosen", name: "full", metric: "f1Macro", value: 0.9, ahead: { of: "tfidf", by: 0.1 } },
  ]);
  expect(text.slice(text.indexOf("Candidates"))).toBe(`Candidates within 5 min 00 s (train.budget)
  tfidf   linear model  ≈ 1.0 s
  frozen  head          passed over: ≈ 9 min 00 s is over the budget
  full    all           8 epochs ≈ 6 min 00 s: over the budget of 5 min 00 s; 5 epochs ≈ 3 min 45 s

Training tfidf: linear model
  tfidf: 7 parameters, all trained
  macro F1 0.800 on the validation rows, in 2.0 s

Training full: all, 4 epochs
  the budget is over after step 7 of 9; the weights of step 6 are kept
  macro F1 0.900 on the validation rows, in 3 min 20 s

Chosen: full, macro F1 0.900 on the validation rows, 0.100 ahead of tfidf
`);
});

test("tells what a resumed run goes on with, and what is done", () => {
  const text = told([
    started,
    {
      type: "plan",
      budgetSeconds: 300,
      metric: "f1Macro",
      candidates: [
        { name: "tfidf", title: "linear model", estimate: { seconds: 1 }, reached: { value: 0.8, logLoss: 1 } },
        { name: "frozen", title: "head", estimate: { seconds: 9 }, isBegun: true },
        { name: "full", title: "all", estimate: { seconds: 40, epochs: 5 } },
      ],
    },
    { type: "candidate-started", name: "tfidf", title: "linear model", again: "best" },
    { type: "candidate-started", name: "frozen", title: "head", again: "interrupted" },
    { type: "resumed", step: 7, totalSteps: 9 },
  ]);
  expect(text.slice(text.indexOf("Candidates"))).toBe(`Candidates within 5 min 00 s (train.budget)
  tfidf   linear model  reached macro F1 0.800 before
  frozen  head          was interrupted, goes on
  full    all           5 epochs ≈ 40 s

Back to the best so far, tfidf: linear model

Going on with frozen: head
  goes on after step 7 of 9
`);
});

test("tables of the model stand after the verdicts", () => {
  const tables = [
    {
      title: "Test rows by label",
      rows: [
        ["actual", "ham"],
        ["ham", "7"],
      ],
    },
  ];
  const text = told([
    { type: "evaluated", name: "mails", measures: { accuracy: { value: 0.9 } }, tables },
    { type: "evaluated", name: "majority", measures: { accuracy: { value: 0.5 } } },
    { type: "verdict", loses: false, sentence: "mails is better than majority." },
    { type: "registered", name: "mails", version: 1, directory: "/x", aliases: [], reason: "first version" },
  ]);
  expect(text).toContain("better than majority.\n\nTest rows by label\n  actual  ham\n  ham       7\n\nKept");
});

test("the table is shown also when nothing was compared", () => {
  const text = told([
    started,
    { type: "evaluated", name: "mails", measures: { accuracy: { value: 1 } } },
    {
      type: "registered",
      name: "mails",
      version: 1,
      directory: "/x",
      aliases: [],
      reason: "gate f1Macro: no such metric",
    },
  ]);
  expect(text).toMatch(/\n\nTest split\n +mails\n {2}Accuracy +1\.000\n\nKept as mails:1 \(gate/);
});

test("a wrong answer among those tried says what was right", () => {
  const answer = ["spam", "> 99.9 %"] as const;
  expect(
    told([{ type: "tried", trials: [{ item: "a\nlong text", actual: "ham", answer, milliseconds: 3.14 }] }]),
  ).toContain('  "a long text" → spam  > 99.9 % (is ham)  3.1 ms\n');
});

test("a run says where it computes, what auto passed over and what is left to the CPU", () => {
  const text = told([
    {
      type: "provider",
      executionProvider: "webgpu",
      passedOver: [{ name: "cuda", problem: "its files are missing", remedy: "Install them." }],
      onCpu: [
        { operator: "MaxPool", reason: "fails where places are asked for", nodes: 1 },
        { operator: "Scan", reason: "has no kernel", nodes: 2 },
      ],
    },
  ]);
  expect(text.split("\n").map((line) => line.trim())).toEqual([
    "on WebGPU",
    "not on CUDA: its files are missing",
    "! left to the CPU, with copies: MaxPool fails where places are asked for (1 node), Scan has no kernel (2 nodes)",
    "",
  ]);
});
