import { defaultRuntime, encodeModel, GraphBuilder, type HeldTensor, tensorFrom } from "@modelwright/engine";
import { expect, test } from "vitest";
import { CacheRearranger, releaseCache } from "./cache-rows.ts";

/** What an encoder was read into is as long as the source, what a decoder has written as long as that. */
const LENGTHS = Object.fromEntries(
  ["0", "1"].flatMap((layer) =>
    ["decoder.key", "decoder.value", "encoder.key", "encoder.value"].map((part): [string, number] => {
      return [`${layer}.${part}`, part.startsWith("decoder") ? 8 : 7];
    }),
  ),
);
const [HEADS, WIDTH] = [4, 32];

test("takes rows of tensors of unequal lengths", async () => {
  const runtime = await defaultRuntime();
  const b = new GraphBuilder({ name: "held" });
  const feeds = Object.fromEntries(
    Object.entries(LENGTHS).map(([name, length]) => {
      b.output(b.op("Identity", [b.input(name, "float32", [4, HEADS, length, WIDTH])]), `${name}.held`);
      return [name, tensorFrom("float32", [4, HEADS, length, WIDTH], Array(4 * HEADS * length * WIDTH).fill(length))];
    }),
  );
  const session = await runtime.createSession(encodeModel(b.build()), { threads: 1 });
  const names = Object.keys(LENGTHS);
  const { held } = await session.runHeld(feeds, { fetches: [], hold: names.map((name) => `${name}.held`) });
  const cache = Object.fromEntries(names.map((name): [string, HeldTensor] => [name, held[`${name}.held`]!]));
  const rearranger = new CacheRearranger(
    runtime,
    Object.fromEntries(names.map((name) => [name, { heads: HEADS, width: WIDTH }])),
  );
  const selected = await rearranger.select(cache, { rows: [3, 1], from: 0 });
  for (const [name, length] of Object.entries(LENGTHS))
    expect(selected[name]!.shape).toEqual([2, HEADS, length, WIDTH]);
  for (const each of [cache, selected]) releaseCache(each);
  rearranger.release();
  session.release();
});
