#!/usr/bin/env node
// How long the search for near duplicates takes on many short texts, beside datasketch, and how many of the pairs that are there it finds.
//
// node bench/near-duplicates/run.mjs [--texts 200000] [--exact 5000] [--python PYTHON] [--data ../shared/data/banking77/train.csv]
// (npx tsc -b first; the header of datasketch_peer.py says what Python needs)
//
// A text is the first half of one question to a bank and the second half of another: about 12 words, no two the same. A fifth are changed copies of
// earlier ones: a word replaced, dropped or twice there, or a letter mistyped. Recall is counted on the first --exact texts, on which all pairs are
// compared by the definition: of the pairs of Jaccard similarity 0.8 and more, those that are in one group.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { RandomSource } from "@modelwright/engine";
import { findNearDuplicates } from "../../packages/data/dist/cleaning/near-duplicates.js";
import { describeMachine, machineTitle } from "../machine.mjs";

const { values } = parseArgs({
  options: {
    texts: { type: "string", default: "200000" },
    exact: { type: "string", default: "5000" },
    python: { type: "string" },
    data: { type: "string", default: "../shared/data/banking77/train.csv" },
  },
});

const CHANGES = [
  (words, at) => words.with(at, "something"),
  (words, at) => words.toSpliced(at, 1),
  (words, at) => words.toSpliced(at, 0, words[at]),
  (words, at) => words.with(at, `${words[at].slice(0, -1)}x`),
];

function makeTexts(count) {
  const random = RandomSource.fromSeed(1);
  const questions = readFileSync(resolve(values.data), "utf8")
    .split("\n")
    .slice(1)
    .map((line) => line.slice(0, line.lastIndexOf(",")).replaceAll('"', "").split(" "))
    .filter((words) => words.length > 5);
  const texts = [];
  while (texts.length < count) {
    if (random.integer(5) === 0 && texts.length > 0) {
      const words = texts[random.integer(texts.length)].split(" ");
      texts.push(CHANGES[random.integer(CHANGES.length)](words, random.integer(words.length)).join(" "));
      continue;
    }
    const [first, second] = [0, 0].map(() => questions[random.integer(questions.length)]);
    texts.push([...first.slice(0, first.length / 2), ...second.slice(second.length / 2)].join(" "));
  }
  return texts;
}

/** Sets of five characters, from the definition. */
function shinglesOf(text) {
  const plain = text.toLowerCase();
  return new Set(Array.from({ length: Math.max(1, plain.length - 4) }, (_, at) => plain.slice(at, at + 5)));
}

/** Pairs of a similarity of 0.8 and more, all compared. */
function* exactPairs(texts) {
  const sets = texts.map(shinglesOf);
  for (let i = 0; i < sets.length; i++) {
    for (let j = 0; j < i; j++) {
      const [small, large] = sets[i].size < sets[j].size ? [sets[i], sets[j]] : [sets[j], sets[i]];
      if (small.size < 0.8 * large.size) continue;
      // So few may be missing that the pair can still be similar enough.
      let spare = small.size - Math.ceil((0.8 / 1.8) * (small.size + large.size));
      for (const shingle of small) if (!large.has(shingle) && --spare < 0) break;
      if (spare >= 0) yield [i, j];
    }
  }
}

const texts = makeTexts(Number(values.texts));
console.log(`${machineTitle(describeMachine())}; load ${os.loadavg()[0].toFixed(1)}`);
const start = performance.now();
const { groupOf } = findNearDuplicates(texts.map((text) => [text]));
const seconds = (performance.now() - start) / 1000;
const grouped = groupOf.filter((group, row) => group !== row).length;
const memory = process.resourceUsage().maxRSS / 1024;
console.log(
  `Modelwright   ${texts.length} texts: ${seconds.toFixed(1)} s, ${grouped} like an earlier one; ${memory.toFixed(0)} MiB at most`,
);

const few = texts.slice(0, Number(values.exact));
const { groupOf: groups } = findNearDuplicates(few.map((text) => [text]));
const pairs = [...exactPairs(few)];
const found = pairs.filter(([i, j]) => groups[i] === groups[j]).length;
console.log(
  `recall        ${found} of ${pairs.length} pairs of ${few.length} texts: ${(found / pairs.length).toFixed(4)}`,
);

if (values.python) {
  const folder = mkdtempSync(join(os.tmpdir(), "modelwright-near-"));
  const file = join(folder, "texts.json");
  writeFileSync(file, JSON.stringify(texts));
  const program = fileURLToPath(new URL("datasketch_peer.py", import.meta.url));
  const peer = JSON.parse(execFileSync(values.python, [program, file], { encoding: "utf8" }));
  console.log(
    `datasketch    ${peer.seconds.toFixed(1)} s, ${peer.grouped} like an earlier one: ${(peer.seconds / seconds).toFixed(1)} x ours`,
  );
  rmSync(folder, { recursive: true });
}
