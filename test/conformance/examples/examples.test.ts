import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runExample } from "../../e2e/support/run-example.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-examples-"));
});
afterAll(() => rm(folder, { recursive: true }));

const run = (name: string, ...values: readonly string[]) => runExample(name, { folder, values });
const dataset = (path: string) => fileURLToPath(new URL(`../../../../shared/data/${path}`, import.meta.url));

test.each([
  ["character-language-model.ts", "80"],
  ["small-gpt.ts", "60"],
])("%s learns which character follows which", async (program, updates) => {
  const told = await run(program, updates);
  // The frequencies of single characters alone give about 3.0 nats.
  expect(Number(/validation loss (\S+) nats/.exec(told)?.[1])).toBeLessThan(2.85);
});

test.each([
  ["mnist-lenet.ts", ["3", "1000"], 0.8],
  ["colour-digits.ts", ["4", "1500"], 0.2],
])("%s, run as %j, reads digits that it was not trained on", async (name, args, least) => {
  const told = await run(name, ...args);
  expect(Number(/held-out \w+: (\S+)/.exec(told)?.[1])).toBeGreaterThan(least);
});

const hotel = dataset("chnsenticorp-hotel/hotel.csv");
test.skipIf(!existsSync(hotel)).each([
  ["lstm", "3"],
  ["dense", "12"],
])("a sentiment classifier of %s tells good hotels from bad ones", async (kind, epochs) => {
  const told = await run("sentiment.ts", hotel, kind, "1500", epochs);
  // Two in three reviews are good.
  expect(Number(/fold 1: accuracy (\S+)/.exec(told)?.[1])).toBeGreaterThan(0.74);
});

test.skipIf(!existsSync(hotel))(
  "hotel-reviews.ts tells praise from complaints better than always praising",
  async () => {
    const told = await run("hotel-reviews.ts", hotel, "4", "1500", "2");
    const [, reviews, praise] = /(\d+) reviews, (\d+) of praise/.exec(told)!;
    const share = Number(/over 2 folds: (\S+)/.exec(told)?.[1]);
    expect(share).toBeGreaterThan(Number(praise) / Number(reviews) + 0.02);
  },
);

const names = dataset("msra-ner/dh_msra.zip");
test.skipIf(!existsSync(names))("a tagger finds names in Chinese", async () => {
  const told = await run("named-entities.ts", names, "6000", "3");
  expect(Number(/span F1 (\S+)/.exec(told)?.[1])).toBeGreaterThan(0.4);
});
