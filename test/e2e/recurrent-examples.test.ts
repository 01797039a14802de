import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runExample } from "./support/run-example.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-recurrent-"));
});
afterAll(() => rm(folder, { recursive: true }));

const run = (name: string, ...values: readonly string[]) => runExample(name, { folder, values });
const dataset = (path: string) => fileURLToPath(new URL(`../../../shared/data/${path}`, import.meta.url));

test("two LSTM layers foresee a series better than its last value does", async () => {
  const told = await run("series.ts");
  const value = (what: string) => Number(new RegExp(`${what}: (\\S+?)(?:;|\\n)`).exec(told)?.[1]);
  expect(value("error")).toBeLessThan(0.75 * value("again"));
  expect(value("error")).toBeGreaterThan(value("alone") * 0.9);
});

test.each([
  ["character-language-model.ts", "80"],
  ["small-gpt.ts", "60"],
])("%s learns which character follows which", async (program, updates) => {
  const told = await run(program, updates);
  // The frequencies of single characters alone give about 3.0 nats.
  expect(Number(/validation loss (\S+) nats/.exec(told)?.[1])).toBeLessThan(2.85);
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

const names = dataset("msra-ner/dh_msra.zip");
test.skipIf(!existsSync(names))("a tagger finds names in Chinese", async () => {
  const told = await run("named-entities.ts", names, "6000", "3");
  expect(Number(/span F1 (\S+)/.exec(told)?.[1])).toBeGreaterThan(0.4);
});
