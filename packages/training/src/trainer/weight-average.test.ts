import { ParameterArena, tensorFrom } from "@modelwright/engine";
import { expect, test } from "vitest";
import { WeightAverage } from "./weight-average.ts";

test("the average follows the weights by its decay, at first faster, and stands in for them", async () => {
  const tensor = tensorFrom("float32", [1], [0]);
  const arena = new ParameterArena([{ name: "w", tensor, decay: true, group: "head" }]);
  const average = new WeightAverage(arena, 0.5);
  const seen: number[] = [];
  let expected = 0;
  for (let update = 1; update <= 20; update++) {
    arena.weight("w").data[0] = update;
    average.record(update);
    const decay = Math.min(0.5, (1 + update) / (10 + update));
    expected = decay * expected + (1 - decay) * update;
    seen.push(arena.layout.view(average.values, "w").data[0]!);
    expect(seen.at(-1)).toBeCloseTo(expected, 4);
  }
  expect(await average.during(async () => arena.weight("w").data[0])).toBe(seen.at(-1));
  expect(arena.weight("w").data[0]).toBe(20);
});
