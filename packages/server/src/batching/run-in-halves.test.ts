import { FailedItem } from "@modelwright/inference";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ItemEndedWorker } from "./quarantine.ts";
import { runInHalves } from "./run-in-halves.ts";

class Death extends Error {}
const isDeath = (error: unknown) => error instanceof Death;

test("answers everything but the items that kill, in order, with few deaths", async () => {
  const batch = fc.array(fc.boolean(), { minLength: 1, maxLength: 64 });
  await fc.assert(
    fc.asyncProperty(batch, async (kills) => {
      let deaths = 0;
      const answers = await runInHalves([...kills.keys()], {
        isDeath,
        run: async (items) => {
          if (!items.some((item) => kills[item])) return items.map((item) => `answer ${item}`);
          deaths += 1;
          throw new Death("the thread ended");
        },
      });
      expect(answers).toHaveLength(kills.length);
      for (const [i, answer] of answers.entries()) {
        if (!kills[i]) expect(answer).toBe(`answer ${i}`);
        else expect((answer as FailedItem).error).toBeInstanceOf(ItemEndedWorker);
      }
      const killers = kills.filter(Boolean).length;
      expect(deaths).toBeLessThanOrEqual(killers * Math.max(1, Math.ceil(Math.log2(kills.length))));
    }),
  );
});

test("passes on what is no death, and runs nothing after it", async () => {
  let runs = 0;
  const run = async () => {
    runs += 1;
    throw new Error("the model refuses");
  };
  await expect(runInHalves([1, 2, 3], { isDeath, run })).rejects.toThrow("the model refuses");
  expect(runs).toBe(1);
});

test("keeps a failed item as it is", async () => {
  const failed = new FailedItem(new Error("too long"));
  const run = async (items: readonly number[]) => items.map((item) => (item === 2 ? failed : item));
  expect(await runInHalves([1, 2, 3], { isDeath, run })).toEqual([1, failed, 3]);
});
