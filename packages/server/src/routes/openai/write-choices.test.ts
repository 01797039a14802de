import { expect, test } from "vitest";
import type { ServedModel } from "../../inference/served-models.ts";
import type { AskedText, TextService } from "../../inference/text-service.ts";
import { writeChoices } from "./write-choices.ts";

test("the first text that fails ends those beside it", async () => {
  const ended: unknown[] = [];
  const write = ({ options: { seed }, signal }: AskedText) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => {
        ended.push(seed);
        reject(signal.reason);
      });
      if (seed === 1) setImmediate(() => reject(new Error("wrong")));
    });
  const writing = writeChoices({ limit: 3, write } as Pick<TextService, "limit" | "write"> as TextService, {
    model: {} as ServedModel,
    arm: "champion",
    call: { id: "0198f3a0-5c1e-7d35-9a51-6c0f2e7b8d14", startedAt: 0 },
    prompts: [{ text: "" }],
    sampling: { n: 3, seed: 0 },
    options: {},
    signal: new AbortController().signal,
    onText: () => {},
    onEnd: () => {},
  });
  await expect(writing).rejects.toThrow("wrong");
  expect(ended).toEqual([0, 1, 2]);
});
