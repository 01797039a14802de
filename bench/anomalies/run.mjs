#!/usr/bin/env node
// How well anomalies are found that nobody marked, beside scikit-learn's isolation forest and PyOD's ECOD, COPOD, kNN and PCA; and what marks add.
//
// node bench/anomalies/run.mjs --data FOLDER [--python PYTHON] [--tables shuttle,satellite,breast,ionosphere,pima,ticdata] [--seeds 3] [--threads 2]
// (npx tsc -b first; make_tables.py writes the tables, the header of peer.py says what Python needs)
//
// Of each seed 70 % of the rows are learnt from, anomalies among them, and the others are ranked. Our seconds are those of `train()` on a CSV,
// report included; those of the peers are fit and score.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { loadModel, train } from "modelwright";
import { RandomSource } from "modelwright/engine";
import { describeMachine, machineTitle } from "../machine.mjs";

const TABLES = ["shuttle", "satellite", "breast", "ionosphere", "pima", "ticdata"];
const { values } = parseArgs({
  options: {
    data: { type: "string" },
    python: { type: "string", default: "python3" },
    tables: { type: "string", default: TABLES.join(",") },
    seeds: { type: "string", default: "3" },
    threads: { type: "string", default: String(os.availableParallelism()) },
  },
});
const task = "anomaly-detection";
/** What is trained: without marks the default and the forest alone, and with them the default. */
const WAYS = {
  "default, no marks": { data: { ignore: ["label"] } },
  "isolation forest": { data: { ignore: ["label"] }, model: { kind: "isolation-forest" } },
  "nearest neighbours": { data: { ignore: ["label"] }, model: { kind: "nearest-neighbours" } },
  "with marks": { data: { columns: { label: "label" } } },
};
const folder = mkdtempSync(join(os.tmpdir(), "modelwright-anomalies-"));
const execute = promisify(execFile);

/** Rows of a table as lines, shuffled. */
function linesOf(name, seed) {
  const [header, ...lines] = readFileSync(join(resolve(values.data), `${name}.csv`), "utf8")
    .trim()
    .split("\n");
  const random = RandomSource.fromSeed(seed).stream("rows");
  const keyed = lines.map((line) => [random.uniform(), line]).sort((a, b) => a[0] - b[0]);
  return { header, lines: keyed.map(([, line]) => line) };
}

/** Average precision Σ (Rₙ − Rₙ₋₁)·Pₙ, equal scores sharing their place. */
function averagePrecision(isAnomaly, scores) {
  const order = [...scores.keys()].sort((a, b) => scores[b] - scores[a]);
  const all = isAnomaly.filter(Boolean).length;
  let [found, passed, area] = [0, 0, 0];
  for (let at = 0; at < order.length; ) {
    let here = 0;
    const score = scores[order[at]];
    for (; at < order.length && scores[order[at]] === score; at++, passed++) here += Number(isAnomaly[order[at]]);
    found += here;
    area += (here / all) * (found / passed);
  }
  return area;
}

async function ours(name, way, { trainFile, testFile, test, header }) {
  const registry = join(folder, "registry");
  const recipe = {
    name: `${name}-watch`,
    task,
    ...way,
    data: { source: trainFile, test: testFile, ...way.data },
    train: { threads: Number(values.threads) },
    evaluate: { bootstrap: 100 },
  };
  const start = performance.now();
  const { version } = await train(recipe, { registry });
  const seconds = (performance.now() - start) / 1000;
  const model = await loadModel(`${recipe.name}:${version}`, { registry, task });
  const columns = header.split(",").map((column) => column.replaceAll('"', ""));
  const { columns: read } = model.manifest.preprocessing;
  const items = test.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(
      read.map((column) => {
        const cell = cells[columns.indexOf(column.name)];
        if (cell === "" || cell === "NA") return [column.name, null];
        return [column.name, column.kind === "number" ? Number(cell) : cell];
      }),
    );
  });
  const answers = await model.predict(items);
  model.release();
  rmSync(registry, { recursive: true });
  return { scores: answers.map(({ score }) => score), seconds };
}

async function measure(name) {
  const found = {};
  const add = (who, precision, seconds) => {
    found[who] ??= { precisions: [], seconds: 0 };
    found[who].precisions.push(precision);
    found[who].seconds += seconds / Number(values.seeds);
  };
  for (let seed = 0; seed < Number(values.seeds); seed++) {
    const { header, lines } = linesOf(name, seed);
    const cut = Math.floor(lines.length * 0.7);
    const [trainFile, testFile] = ["train.csv", "test.csv"].map((file) => join(folder, file));
    const test = lines.slice(cut);
    writeFileSync(trainFile, `${[header, ...lines.slice(0, cut)].join("\n")}\n`);
    writeFileSync(testFile, `${[header, ...test].join("\n")}\n`);
    const isAnomaly = test.map((line) => line.endsWith("anomaly"));
    for (const [who, way] of Object.entries(WAYS)) {
      const { scores, seconds } = await ours(name, way, { trainFile, testFile, test, header });
      add(who, averagePrecision(isAnomaly, scores), seconds);
    }
    const program = fileURLToPath(new URL("peer.py", import.meta.url));
    const { stdout } = await execute(values.python, [program, trainFile, testFile, String(seed)], {
      maxBuffer: 2 ** 28,
    });
    for (const [who, peer] of Object.entries(JSON.parse(stdout)))
      add(who, averagePrecision(isAnomaly, peer.scores), peer.seconds);
  }
  console.log(`\n${name}: average precision, mean of ${values.seeds} divisions`);
  const forest = found["scikit-learn"].precisions;
  for (const [who, { precisions, seconds }] of Object.entries(found)) {
    const mean = precisions.reduce((a, b) => a + b) / precisions.length;
    const ahead = precisions.map((precision, i) => precision - forest[i]);
    const range = `${Math.min(...ahead).toFixed(3)} to ${Math.max(...ahead).toFixed(3)}`;
    console.log(
      `  ${who.padEnd(18)}${mean.toFixed(3)}  beside scikit-learn's forest ${range}; ${seconds.toFixed(1)} s`,
    );
  }
}

try {
  console.log(`${machineTitle(describeMachine())}; ${values.threads} thread(s); load ${os.loadavg()[0].toFixed(1)}`);
  for (const name of values.tables.split(",")) await measure(name);
} finally {
  rmSync(folder, { recursive: true });
}
