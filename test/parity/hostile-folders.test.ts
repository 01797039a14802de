import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ModelwrightError } from "@modelwright/contracts";
import { loadTokenizer } from "@modelwright/data";
import { RandomSource } from "@modelwright/engine";
import { mutateBytes } from "@modelwright/engine/testing";
import { resolvePretrained } from "@modelwright/models";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const fixtures = fileURLToPath(new URL("fixtures/encoders/", import.meta.url));
/** How many times as many files are damaged: another number than 1 takes minutes. */
const TIMES = Number(process.env["HOSTILE_TIMES"] ?? 1);
/** Mutations of each file over all folders; where it is JSON, half of them in its values, otherwise in its bytes. */
const FILES: Readonly<Record<string, number>> = {
  "config.json": 150,
  "model.safetensors": 120,
  "tokenizer.json": 150,
  "modules.json": 40,
  "1_Pooling/config.json": 20,
  "tokenizer_config.json": 20,
};
/** What stands where another value stood. */
const STRANGERS: readonly unknown[] = [
  ...[null, "", "x".repeat(5000), -1, 0, 0.5, 1, 2 ** 31, 1e300, true, [], {}, [[]], [null], { type: "Sequence" }],
  ...["../../etc/passwd", "[CLS]", "__proto__", ["a", 1]],
];
const TEXT = "I lost my card — naïve 支付 😀 [SEP] </s>";

describe.each(["bert", "modernbert", "xlm-roberta"])("a damaged folder of %s", (name) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "hostile-folder-"));
    await cp(join(fixtures, name), folder, { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each(Object.entries(FILES))("with another %s is read or refused with a code", async (file, count) => {
    // A copy of a Uint8Array is one; that of a Buffer is a view.
    const original = Uint8Array.from(await readFile(join(folder, file)));
    const faults: string[] = [];
    let refused = 0;
    for (let seed = 0; seed < (TIMES * count) / 3; seed++) {
      const isJson = file.endsWith(".json") && seed % 2 === 0;
      await writeFile(join(folder, file), isJson ? mutateJson(original, seed) : mutateBytes(original, seed));
      try {
        const { tokenizerJson } = await (await resolvePretrained(folder, { baseDir: "/" })).load();
        loadTokenizer(tokenizerJson).read(TEXT, 16);
      } catch (error) {
        if (error instanceof ModelwrightError) refused++;
        else faults.push(`seed ${seed}: ${(error as Error).stack}`);
      }
    }
    await writeFile(join(folder, file), original);
    expect(faults).toEqual([]);
    expect(refused).toBeGreaterThan(0);
  });
});

/** A JSON file of which one to three values are others. */
function mutateJson(bytes: Uint8Array, seed: number): string {
  const random = RandomSource.fromSeed(seed);
  const below = (count: number) => Math.floor(random.uniform() * count);
  const root = JSON.parse(new TextDecoder().decode(bytes));
  for (let count = 1 + below(3); count > 0; count--) {
    let place = root;
    // Few steps down: most of a file are the entries of a vocabulary.
    for (;;) {
      const keys = Object.keys(place);
      const key = keys[below(keys.length)];
      if (key === undefined) break;
      const inner = place[key];
      if (typeof inner === "object" && inner !== null && random.uniform() < 0.7) {
        place = inner;
        continue;
      }
      if (random.uniform() < 0.2 && !Array.isArray(place)) delete place[key];
      else place[key] = structuredClone(STRANGERS[below(STRANGERS.length)]);
      break;
    }
  }
  return JSON.stringify(root);
}
