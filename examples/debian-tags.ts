// Which tags does a program have? Debian's volunteers tag packages (debtags) with what they are for and what they work with. A model learns
// it from their descriptions. Run on Debian or Ubuntu: npx jiti examples/debian-tags.ts [packages]
import { execFileSync } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadModel, train } from "modelwright";

const limit = Number(process.argv[2] ?? 4000);
/** Tags of these facets, where at least so many packages have one. */
const FACETS = /^(?:use|works-with)::/;
const LEAST = 60;

const stanzas = execFileSync("apt-cache", ["dumpavail"], { encoding: "utf8", maxBuffer: 2 ** 30 }).split("\n\n");
const tagged = stanzas.flatMap((stanza) => {
  const description = /^Description: (.+)$/m.exec(stanza)?.[1];
  const tags =
    /^Tag: (.+(?:\n .+)*)$/m
      .exec(stanza)?.[1]
      ?.split(/,\s*/)
      .filter((tag) => FACETS.test(tag)) ?? [];
  return description === undefined || tags.length === 0 ? [] : [{ description, tags }];
});
const counts = new Map<string, number>();
for (const { tags } of tagged) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
const rows = tagged
  .map(({ description, tags }) => ({ text: description, labels: tags.filter((tag) => counts.get(tag)! >= LEAST) }))
  .filter(({ labels }) => labels.length > 0);

const folder = await mkdtemp(join(tmpdir(), "debian-tags-"));
await writeFile(join(folder, "packages.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
const registry = join(folder, "registry");
const { metrics, baselines } = await train(
  {
    name: "debian-tags",
    task: "multi-label-classification",
    data: { source: join(folder, "packages.jsonl"), limit },
    model: { fineTune: "frozen", maxLength: 32 },
  },
  {
    registry,
    onEvent: (event) => {
      if (event.type === "verdict") console.log(event.sentence);
    },
  },
);
for (const name of ["f1Micro", "f1Macro", "averagePrecisionMicro"]) {
  const of = (measures: typeof metrics) => measures[name]!.value.toFixed(3);
  console.log(`${name} ${of(metrics)}, TF-IDF ${of(baselines.tfidf!)}, frequency ${of(baselines.frequency!)}`);
}

const model = await loadModel("debian-tags", { registry, task: "multi-label-classification" });
const texts = ["simple editor for audio files", "library to convert documents into PDF", "network traffic monitor"];
for (const [i, { labels }] of (await model.predict(texts)).entries()) console.log(`${texts[i]}: ${labels.join(", ")}`);
model.release();
