// Our boosted trees on the rows that run.mjs wrote, as tree_peer.py has the others: node modelwright-peer.mjs FOLDER THREADS TIMES
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { trainTrees, treeScores } from "@modelwright/training";

const [folder, threads, times] = process.argv.slice(2);
const bytesOf = (name) => new Uint8Array(readFileSync(join(folder, name))).buffer;
const problem = JSON.parse(readFileSync(join(folder, "problem.json"), "utf8"));
const target = new Float64Array(bytesOf("target.f64"));
const features = new Float32Array(bytesOf("features.f32"));
const width = problem.categories.length;

/** Some of the rows as columns. */
function take(rows) {
  const columns = problem.categories.map((categories, column) => ({
    name: `column ${column + 1}`,
    values: Float32Array.from(rows, (row) => features[row * width + column]),
    ...(categories > 0 && { categories }),
  }));
  return { columns, rows: rows.length, target: Float64Array.from(rows, (row) => target[row]) };
}

const train = (data) =>
  trainTrees(data, { objective: problem.classes ? "logistic" : "squared", threads: Number(threads) });
const all = take([...target.keys()]);
const seconds = [];
for (let time = 0; time < Number(times); time++) {
  const start = performance.now();
  await train(all);
  seconds.push((performance.now() - start) / 1000);
}
const scores = [];
for (const test of problem.folds) {
  const isTest = new Set(test);
  const ensemble = await train(take([...target.keys()].filter((row) => !isTest.has(row))));
  const rows = Float32Array.from(test.flatMap((row) => [...features.subarray(row * width, (row + 1) * width)]));
  scores.push([...treeScores(ensemble, rows)]);
}
console.log(JSON.stringify({ seconds, scores }));
