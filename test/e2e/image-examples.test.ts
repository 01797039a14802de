import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runExample } from "./support/run-example.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-images-"));
});
afterAll(() => rm(folder, { recursive: true }));

const run = (name: string, ...values: readonly string[]) => runExample(name, { folder, values });

// A few hundred digits and one or two passes: that each program learns, not how well it does on all of its data.
test.each([
  ["mnist-lenet.ts", ["3", "1000"], 0.8],
  ["mnist-dense.ts", ["6", "1000"], 0.8],
  ["colour-digits.ts", ["4", "1500"], 0.2],
])("%s, run as %j, reads digits that it was not trained on", async (name, args, least) => {
  const told = await run(name, ...args);
  expect(Number(/held-out \w+: (\S+)/.exec(told)?.[1])).toBeGreaterThan(least);
});

test("digit-autoencoder.ts brings noisy digits nearer to the clean ones", async () => {
  const told = await run("digit-autoencoder.ts", "6", "1000");
  const noisy = Number(/digits: (\S+) with the noise/.exec(told)?.[1]);
  expect(noisy).toBeGreaterThan(0.08);
  expect(Number(/cleaned: (\S+)/.exec(told)?.[1])).toBeLessThan(0.6 * noisy);
});

const HOTEL = fileURLToPath(new URL("../../../shared/data/chnsenticorp-hotel/hotel.csv", import.meta.url));

test.skipIf(!existsSync(HOTEL))(
  "hotel-reviews.ts tells praise from complaints better than always praising",
  async () => {
    const told = await run("hotel-reviews.ts", HOTEL, "4", "1500", "2");
    const [, reviews, praise] = /(\d+) reviews, (\d+) of praise/.exec(told)!;
    const share = Number(/over 2 folds: (\S+)/.exec(told)?.[1]);
    expect(share).toBeGreaterThan(Number(praise) / Number(reviews) + 0.02);
  },
);
