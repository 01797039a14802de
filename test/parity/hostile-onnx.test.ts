import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { mutateBytes } from "@modelwright/engine/testing";
import { resolvePretrained } from "@modelwright/models";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeOutcome, readHostile } from "./hostile-readings.ts";

const fixtures = fileURLToPath(new URL("fixtures/", import.meta.url));
/** Damaged copies over all files, where it is set: 10000 take a quarter of an hour. */
const COUNT = process.env["HOSTILE_COUNT"];
/** Damaged copies of each file. */
const FILES: Readonly<Record<string, number>> = {
  "bert.optimum.onnx": 120,
  "bert.dynamo.onnx": 80,
  "bert.dynamic.onnx": 80,
  "bert.q4.onnx": 60,
  "bert.fused.onnx": 80,
  "bert.opset11.onnx": 80,
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hostile-onnx-"));
  for (const file of ["config.json", "tokenizer.json"])
    await cp(join(fixtures, "encoders/bert", file), join(folder, file));
});
afterAll(() => rm(folder, { recursive: true }));

test.each(Object.entries(FILES))("damaged copies of %s are read or refused with a code", async (name, count) => {
  const original = Uint8Array.from(await readFile(join(fixtures, "onnx-encoders", name)));
  const read = async (bytes: Uint8Array): Promise<string | undefined> => {
    await writeFile(join(folder, "model.onnx"), bytes);
    const { parameters } = await (await resolvePretrained(folder, { baseDir: "/" })).load();
    // What a file does not hold is not made: widened int4 are eight times as many bytes.
    const size = [...parameters.values()].reduce((sum, { tensor }) => sum + tensor.data.byteLength, 0);
    return size > 8 * bytes.length ? `${size} bytes of weights from ${bytes.length}` : undefined;
  };
  await read(original);
  const wanted = COUNT === undefined ? count : Math.ceil(Number(COUNT) / Object.keys(FILES).length);
  const outcome = await readHostile({
    count: wanted,
    size: original.length,
    read: (seed) => read(mutateBytes(original, seed)),
  });
  if (COUNT !== undefined) console.log(describeOutcome(name, wanted, outcome));
  expect(outcome.faults).toEqual([]);
  expect(outcome.refused).toBeGreaterThan(0);
});
