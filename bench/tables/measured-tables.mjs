// The tables that predictions are measured on, what they are measured by, and rows as the peers of ../trees/tree_peer.py read them.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openTable } from "@modelwright/data";
import { RandomSource } from "@modelwright/engine";

/** `yes`: the label whose probability is measured, of tables whose rows have one of two. */
export const TABLES = [
  { name: "churn", target: "churn", yes: "Yes" },
  { name: "credit", target: "Status", yes: "bad" },
  { name: "ames", target: "Sale_Price" },
  { name: "concrete", target: "compressive_strength" },
];
const MISSING = new Set(["", "NA"]);
const RESAMPLES = 1000;

/** The names of the columns, and the cells of each row as text. */
export async function readCells(file) {
  const table = await openTable(file, { baseDir: ".", wanted: [] });
  const rows = [];
  for await (const { cells } of table.rows) rows.push(cells.map((cell) => cell ?? ""));
  return { columns: table.columns, rows };
}

const quoted = (cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** Writes some of the rows as CSV. */
export function writeRows(file, { columns, rows }, chosen) {
  const lines = [columns, ...chosen.map((row) => rows[row])].map((cells) => cells.map(quoted).join(","));
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

/** A row as a client sends it. */
export function itemOf(columns, cells, row) {
  return Object.fromEntries(
    columns.map(({ name, kind }) => {
      const cell = row[cells.columns.indexOf(name)];
      if (cell === "" || cell === "NA") return [name, null];
      return [name, kind === "number" ? Number(cell) : cell];
    }),
  );
}

/** A table as numbers: columns of other cells are categories, numbered in the order of their names. */
export function asNumbers({ columns: names, rows }, { target: wanted, yes }) {
  const at = names.indexOf(wanted);
  const columns = names.flatMap((_, column) => (column === at ? [] : [rows.map((row) => row[column])]));
  const encoded = columns.map((cells) => {
    const known = cells.filter((cell) => !MISSING.has(cell));
    if (known.every((cell) => Number.isFinite(Number(cell))))
      return { categories: 0, numbers: cells.map((cell) => (MISSING.has(cell) ? Number.NaN : Number(cell))) };
    const order = [...new Set(known)].toSorted();
    const codes = new Map(order.map((cell, code) => [cell, code]));
    return { categories: order.length, numbers: cells.map((cell) => codes.get(cell) ?? Number.NaN) };
  });
  return {
    classes: yes !== undefined,
    categories: encoded.map(({ categories }) => categories),
    features: Float32Array.from(rows.flatMap((_, row) => encoded.map(({ numbers }) => numbers[row]))),
    target: Float64Array.from(rows, (row) => (yes === undefined ? Number(row[at]) : Number(row[at] === yes))),
  };
}

/** Writes what the peers read: `problem.json`, `features.f32`, `target.f64`. */
export function writeProblem(place, { features, target, ...problem }) {
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "problem.json"), JSON.stringify(problem));
  writeFileSync(join(place, "features.f32"), features);
  writeFileSync(join(place, "target.f64"), target);
  return place;
}

export const METRICS = {
  auc: { title: "AUC", of: areaUnderCurve },
  r2: { title: "R²", of: explainedVariance },
};

/** The share of pairs of rows of both classes that scores order rightly. */
function areaUnderCurve(target, scores) {
  const order = [...scores.keys()].sort((a, b) => scores[a] - scores[b]);
  let [ranks, positives] = [0, 0];
  for (let at = 0; at < order.length; ) {
    let end = at;
    while (end < order.length && scores[order[end]] === scores[order[at]]) end++;
    for (let i = at; i < end; i++) {
      if (target[order[i]] !== 1) continue;
      ranks += (at + end + 1) / 2;
      positives++;
    }
    at = end;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (target.length - positives));
}

function explainedVariance(target, scores) {
  const mean = target.reduce((sum, value) => sum + value, 0) / target.length;
  const sum = (of) => target.reduce((total, value, row) => total + of(value, row) ** 2, 0);
  return 1 - sum((value, row) => value - scores[row]) / sum((value) => value - mean);
}

/** By how much one metric is ahead of another on the same rows, and 95 % of that on resamples of them. */
export function ahead(metric, target, { own, other }) {
  const random = RandomSource.fromSeed(7);
  const differences = Array.from({ length: RESAMPLES }, () => {
    const rows = Array.from(target, () => random.integer(target.length));
    const of = (all) =>
      metric(
        rows.map((row) => target[row]),
        rows.map((row) => all[row]),
      );
    return of(own) - of(other);
  }).toSorted((a, b) => a - b);
  return {
    difference: metric(target, own) - metric(target, other),
    low: differences[Math.floor(0.025 * RESAMPLES)],
    high: differences[Math.floor(0.975 * RESAMPLES)],
  };
}
