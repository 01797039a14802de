import { GraphBuilder, tensorFrom } from "@modelwright/engine";
import { evaluate, toReference } from "@modelwright/engine/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { spanCounts } from "./span-counts.ts";

const b = new GraphBuilder({ name: "counts" });
const input = (name: string) => b.input(name, "int64", ["batch", "sequence"]);
const counts = spanCounts({ b }, { actual: input("actual"), predicted: input("predicted"), mask: input("mask") });
for (const [name, value] of Object.entries(counts)) b.output(value, `${name}_count`);
const graph = b.build();

/** The spans of tags, as `from:to:label`; tags that go on with nothing are not drawn. */
function spansOf(tags: readonly number[]): string[] {
  const spans: string[] = [];
  for (let from = 0; from < tags.length; from++) {
    if (tags[from]! % 2 === 0) continue;
    let to = from + 1;
    while (tags[to] === tags[from]! + 1) to++;
    spans.push(`${from}:${to}:${tags[from]}`);
  }
  return spans;
}

const LENGTH = 7;
/** Legal tags of two labels. */
const tags = fc.array(fc.nat({ max: 4 }), { minLength: LENGTH, maxLength: LENGTH }).map((drawn) => {
  const legal: number[] = [];
  for (const tag of drawn) {
    const before = legal.at(-1) ?? 0;
    legal.push(tag > 0 && tag % 2 === 0 && before !== tag && before !== tag - 1 ? 0 : tag);
  }
  return legal;
});

test("are those of the spans listed one by one", () => {
  const row = fc.record({
    actual: tags,
    predicted: tags,
    length: fc.integer({ min: 1, max: LENGTH }),
    same: fc.boolean(),
    // Places behind each tag that have none, with anything in them.
    rests: fc.array(fc.array(fc.nat({ max: 4 }), { maxLength: 2 }), { minLength: LENGTH, maxLength: LENGTH }),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
      const drawn = rows.map(({ same, ...each }) => (same ? { ...each, predicted: each.actual } : each));
      const width = 3 * LENGTH;
      const feed = (valuesOf: (row: (typeof drawn)[number]) => readonly number[], restOf = (tag: number) => tag) => {
        const spread = drawn.flatMap((each) => {
          const own = valuesOf(each).flatMap((value, t) => [value, ...each.rests[t]!.map(restOf)]);
          return [...own, ...new Array<number>(width - own.length).fill(0)];
        });
        return toReference(tensorFrom("int64", [drawn.length, width], spread));
      };
      const values = evaluate(graph, {
        actual: feed(({ actual }) => actual),
        predicted: feed(({ predicted }) => predicted),
        mask: feed(
          ({ length }) => Array.from({ length: LENGTH }, (_, t) => (t < length ? 1 : 0)),
          () => 0,
        ),
      });
      const expected = { actual: 0, predicted: 0, right: 0 };
      for (const { actual, predicted, length } of drawn) {
        const [known, found] = [spansOf(actual.slice(0, length)), spansOf(predicted.slice(0, length))];
        expected.actual += known.length;
        expected.predicted += found.length;
        expected.right += found.filter((span) => known.includes(span)).length;
      }
      for (const [name, count] of Object.entries(expected)) expect(values.get(`${name}_count`)!.data[0]).toBe(count);
    }),
  );
});
