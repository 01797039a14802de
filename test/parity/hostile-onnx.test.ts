import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ModelwrightError } from "@modelwright/contracts";
import { mutateBytes } from "@modelwright/engine/testing";
import { resolvePretrained } from "@modelwright/models";
import { afterAll, beforeAll, expect, test } from "vitest";

const fixtures = fileURLToPath(new URL("fixtures/", import.meta.url));
/** How many times as many files are damaged: 20 are 10,000. */
const TIMES = Number(process.env["HOSTILE_TIMES"] ?? 1);
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
  const faults: string[] = [];
  let refused = 0;
  for (let seed = 0; seed < TIMES * count; seed++) {
    const bytes = mutateBytes(original, seed);
    await writeFile(join(folder, "model.onnx"), bytes);
    try {
      const { parameters } = await (await resolvePretrained(folder, { baseDir: "/" })).load();
      // What a file does not hold is not made: widened int4 are eight times as many bytes.
      const size = [...parameters.values()].reduce((sum, { tensor }) => sum + tensor.data.byteLength, 0);
      if (size > 8 * bytes.length) faults.push(`seed ${seed}: ${size} bytes of weights from ${bytes.length}`);
    } catch (error) {
      if (error instanceof ModelwrightError) refused++;
      else faults.push(`seed ${seed}: ${(error as Error).stack}`);
    }
  }
  expect(faults).toEqual([]);
  expect(refused).toBeGreaterThan(0);
});
