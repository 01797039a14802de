import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { outputProgress } from "./output-progress.ts";
import { inputFile } from "./prediction-plan.ts";

test("a file is known by its SHA-256 and its lines; what is no single file is not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "modelwright-plan-"));
  try {
    const file = join(folder, "abc.csv");
    // The example of FIPS 180-2, B.1.
    await writeFile(file, "abc");
    const sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(await inputFile(file)).toEqual({ sha256, lines: 1 });
    await writeFile(file, `text\n${"hot soup\n".repeat(300_000)}`);
    expect(await inputFile(file)).toMatchObject({ lines: 300_002 });
    for (const other of [folder, join(folder, "none.csv"), "https://example.org/a.csv"])
      expect(await inputFile(other)).toBeUndefined();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("progress tells the rate of this run, and the rest where the length is known", () => {
  let ms = 0;
  const now = () => ms;
  const known = outputProgress({ lines: 4001, resumed: 0, now });
  ms = 2000;
  expect(known(1000, 1001)).toBe("predicted 1,000 rows (25.0 %), 500 rows/s, 6.0 s left");
  const resumed = outputProgress({ lines: 4001, resumed: 1000, now });
  ms = 3000;
  expect(resumed(2000, 2001)).toBe("predicted 2,000 rows (50.0 %), 1,000 rows/s");
  ms = 4000;
  expect(resumed(3000, 3001)).toBe("predicted 3,000 rows (75.0 %), 1,000 rows/s, 2.0 s left");
  expect(outputProgress({ resumed: 0, now: () => (ms += 1000) })(5, 6)).toBe("predicted 5 rows, 5.0 rows/s");
});
