#!/usr/bin/env node
// How well labels that were changed on purpose are found: 5 % of the rows get another label, drawn by a fixed sequence; a cross-validation
// of the recipe says what models that had not seen a row think of it; the ranking by confident learning is measured by its average precision.
//
// node bench/label-errors/run.mjs [--only texts|table] [--flipped 0.05] [--folds 5] [--shared ../shared]
// (npx tsc -b first)
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openTable } from "../../packages/data/dist/index.js";
import { labelQuality } from "../../packages/evaluation/dist/index.js";
import { train } from "../../packages/modelwright/dist/index.js";
import { describeMachine, machineTitle } from "../machine.mjs";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    flipped: { type: "string", default: "0.05" },
    folds: { type: "string", default: "5" },
    shared: { type: "string", default: "../shared" },
  },
});
const shared = resolve(values.shared);
const folder = mkdtempSync(join(os.tmpdir(), "modelwright-label-errors-"));

/** Header and rows of a file. */
async function readTable(path) {
  const table = await openTable(path, { baseDir: ".", wanted: [], encoding: undefined });
  const rows = [];
  for await (const { cells } of table.rows) rows.push(cells.map((cell) => cell ?? ""));
  return { head: table.columns, rows };
}

const quoted = (cell) => `"${cell.replaceAll('"', '""')}"`;

/** A fixed sequence: the same rows on every machine. */
function* draws() {
  for (let state = 7; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Writes the table with some labels changed and a number for each row; returns the numbers of those whose labels were. */
function flip({ head, rows }, label, path) {
  const at = head.indexOf(label);
  const names = [...new Set(rows.map((row) => row[at]))].sort();
  const random = draws();
  const flipped = new Set();
  const changed = rows.map((row, i) => {
    if (random.next().value >= Number(values.flipped)) return row;
    const others = names.filter((name) => name !== row[at]);
    flipped.add(String(i));
    return row.with(at, others[Math.floor(random.next().value * others.length)]);
  });
  writeFileSync(
    path,
    [[...head, "row_id"], ...changed.map((row, i) => [...row, String(i)])]
      .map((row) => row.map(quoted).join(","))
      .join("\n"),
  );
  return flipped;
}

/** Mean over the flipped rows of the precision at their rank. */
function averagePrecision(scores, isFlipped) {
  const order = [...scores.keys()].sort((a, b) => scores[a] - scores[b]);
  let [found, sum] = [0, 0];
  order.forEach((row, i) => {
    if (isFlipped[row]) sum += ++found / (i + 1);
  });
  return sum / found;
}

const TASKS = {
  texts: {
    source: "data/banking77/train.csv",
    label: "category",
    recipe: {
      task: "text-classification",
      model: { base: join(shared, "models/all-MiniLM-L6-v2"), fineTune: "frozen" },
    },
    // Near copies with another label would be dropped or kept for what was done to them.
    data: {
      columns: { text: "text", label: "category", id: "row_id" },
      clean: { duplicates: "keep", minRowsPerLabel: 1 },
    },
  },
  table: {
    source: "data/tabular/ames.csv",
    label: "Bldg_Type",
    recipe: { task: "tabular-classification", model: { kind: "boosted-trees" } },
    data: { columns: { label: "Bldg_Type", id: "row_id" }, clean: { minRowsPerLabel: 1 } },
  },
};

try {
  console.log(machineTitle(describeMachine()));
  for (const [name, { source, label, recipe, data }] of Object.entries(TASKS)) {
    if (values.only !== undefined && values.only !== name) continue;
    const path = join(folder, `${name}.csv`);
    const flipped = flip(await readTable(join(shared, source)), label, path);
    const began = performance.now();
    const { directory } = await train(
      {
        name,
        ...recipe,
        data: { source: path, ...data, split: { test: 0.02 } },
        evaluate: { folds: Number(values.folds), baselines: [], bootstrap: 100 },
      },
      { registry: join(folder, "registry") },
    );
    const answers = readFileSync(join(directory, "out-of-fold.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const labels = Object.keys(answers[0].probabilities);
    const quality = labelQuality({
      classes: labels.length,
      given: answers.map(({ actual }) => labels.indexOf(actual)),
      probabilities: answers.flatMap(({ probabilities }) => labels.map((each) => probabilities[each])),
    });
    const isFlipped = answers.map(({ id }) => flipped.has(id));
    const found = isFlipped.filter((is, row) => is && quality.isSuspicious[row]).length;
    const told = quality.isSuspicious.reduce((sum, mark) => sum + mark, 0);
    const count = isFlipped.filter(Boolean).length;
    console.log(
      `${name}: ${count} of ${answers.length} labels changed, ${labels.length} labels, ${values.folds} folds, ${((performance.now() - began) / 1000).toFixed(0)} s`,
    );
    console.log(
      `  average precision by normalised margin ${averagePrecision(quality.normalisedMargin, isFlipped).toFixed(3)}, by self-confidence ${averagePrecision(quality.selfConfidence, isFlipped).toFixed(3)}`,
    );
    console.log(`  ${told} are suspicious, ${found} of them changed`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
