import { defaultRuntime, differentiate, encodeModel, GraphBuilder, tensorFrom } from "@modelwright/engine";
import { evaluate, toReference } from "@modelwright/engine/testing";
import { describe, expect, test } from "vitest";
import { crfDecode } from "./crf-decode.ts";
import { crfLoss } from "./crf-loss.ts";

const K = 3;
const LENGTHS = [4, 1, 3];
const T = Math.max(...LENGTHS);

interface Scores {
  readonly emissions: readonly number[];
  readonly transitions: readonly number[];
  readonly start: readonly number[];
  readonly end: readonly number[];
}

const drawn = (length: number, seed: number, scale = 2) =>
  Array.from({ length }, (_, i) => scale * Math.sin(seed + 12.9898 * i * (i + seed)));
const scoresOf = (seed: number): Scores => ({
  emissions: drawn(LENGTHS.length * T * K, seed),
  transitions: drawn(K * K, seed + 1),
  start: drawn(K, seed + 2),
  end: drawn(K, seed + 3),
});
/** What stands where there is padding must not matter. */
const TAGS = LENGTHS.flatMap((length, row) =>
  Array.from({ length: T }, (_, t) => (t < length ? (row + t * t) % K : -100)),
);
const MASK = LENGTHS.flatMap((length) => Array.from({ length: T }, (_, t) => (t < length ? 1 : 0)));

/** Every tag sequence of a length. */
function sequences(length: number): number[][] {
  if (length === 0) return [[]];
  return sequences(length - 1).flatMap((head) => Array.from({ length: K }, (_, tag) => [...head, tag]));
}

function pathScore({ emissions, transitions, start, end }: Scores, row: number, tags: readonly number[]): number {
  let score = start[tags[0]!]! + end[tags.at(-1)!]!;
  for (const [t, tag] of tags.entries()) {
    score += emissions[(row * T + t) * K + tag]!;
    if (t > 0) score += transitions[tags[t - 1]! * K + tag]!;
  }
  return score;
}

/** The loss by enumeration of all sequences. */
function enumeratedLoss(scores: Scores): number {
  const losses = LENGTHS.map((length, row) => {
    const all = sequences(length).map((tags) => pathScore(scores, row, tags));
    const highest = Math.max(...all);
    const total = highest + Math.log(all.reduce((sum, score) => sum + Math.exp(score - highest), 0));
    return total - pathScore(scores, row, TAGS.slice(row * T, row * T + length));
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / LENGTHS.length;
}

function built(kind: "loss" | "decode") {
  const b = new GraphBuilder({ name: "crf" });
  const values = {
    emissions: b.input("emissions", "float32", ["batch", "sequence", K]),
    mask: b.input("mask", "int64", ["batch", "sequence"]),
    transitions: b.input("transitions", "float32", [K, K]),
    start: b.input("start", "float32", [K]),
    end: b.input("end", "float32", [K]),
  };
  if (kind === "loss") {
    b.output(crfLoss({ b }, { ...values, tags: b.input("tags", "int64", ["batch", "sequence"]) }), "loss");
  } else {
    const { tags, probabilities } = crfDecode({ b }, values);
    b.output(tags, "best");
    b.output(probabilities, "probabilities");
  }
  return b.build();
}

const NAMES = ["emissions", "transitions", "start", "end"] as const;
const feeds = (scores: Scores) => ({
  emissions: tensorFrom("float32", [LENGTHS.length, T, K], [...scores.emissions]),
  mask: tensorFrom("int64", [LENGTHS.length, T], MASK),
  transitions: tensorFrom("float32", [K, K], [...scores.transitions]),
  start: tensorFrom("float32", [K], [...scores.start]),
  end: tensorFrom("float32", [K], [...scores.end]),
});
const withTags = (scores: Scores) => ({ ...feeds(scores), tags: tensorFrom("int64", [LENGTHS.length, T], TAGS) });

describe("the loss", () => {
  const graph = differentiate(built("loss"), { loss: "loss", parameters: NAMES });

  test.each([1, 2, 3])(
    "is that of all sequences enumerated (draw %i), and so is its gradient by finite differences",
    async (seed) => {
      const scores = scoresOf(seed);
      const session = await (await defaultRuntime()).createSession(encodeModel(graph), { threads: 1 });
      const found = await session.run(withTags(scores));
      session.release();
      expect(found["loss"]!.data[0]).toBeCloseTo(enumeratedLoss(scores), 4);
      const step = 1e-5;
      for (const name of NAMES) {
        const expected = scores[name].map((value, i) => {
          const at = (moved: number) => enumeratedLoss({ ...scores, [name]: scores[name].with(i, moved) });
          return (at(value + step) - at(value - step)) / (2 * step);
        });
        const gradient = Array.from(found[`${name}.grad`]!.data as Float32Array);
        expect(Math.max(...gradient.map((each, i) => Math.abs(each - expected[i]!)))).toBeLessThan(2e-6);
      }
    },
  );

  test("is computed alike by the float64 reference", () => {
    const scores = scoresOf(5);
    const inputs = Object.fromEntries(
      Object.entries(withTags(scores)).map(([name, value]) => [name, toReference(value)]),
    );
    expect(evaluate(graph, inputs).get("loss")!.data[0]).toBeCloseTo(enumeratedLoss(scores), 5);
  });

  test("is never negative, and nearly 0 where the tags are sure", async () => {
    const sure = {
      ...scoresOf(1),
      emissions: TAGS.flatMap((tag) => Array.from({ length: K }, (_, k) => (k === tag ? 60 : 0))),
    };
    const session = await (await defaultRuntime()).createSession(encodeModel(built("loss")), { threads: 1 });
    const { loss } = await session.run(withTags(sure));
    session.release();
    expect(Math.abs(loss!.data[0] as number)).toBeLessThan(1e-3);
  });
});

describe("decoding", () => {
  test.each([1, 2, 3, 4])("finds the best of all sequences, and how likely its tags are (draw %i)", async (seed) => {
    const scores = scoresOf(seed);
    const session = await (await defaultRuntime()).createSession(encodeModel(built("decode")), { threads: 1 });
    const { best, probabilities } = await session.run(feeds(scores));
    session.release();
    for (const [row, length] of LENGTHS.entries()) {
      const all = sequences(length).map((tags) => ({ tags, weight: Math.exp(pathScore(scores, row, tags)) }));
      const winner = all.reduce((a, b) => (b.weight > a.weight ? b : a)).tags;
      const total = all.reduce((sum, { weight }) => sum + weight, 0);
      expect(Array.from(best!.data.slice(row * T, row * T + length), Number)).toEqual(winner);
      const expected = winner.map(
        (tag, t) => all.filter(({ tags }) => tags[t] === tag).reduce((sum, { weight }) => sum + weight, 0) / total,
      );
      const found = Array.from((probabilities!.data as Float32Array).slice(row * T, row * T + length));
      for (const [t, each] of found.entries()) expect(each).toBeCloseTo(expected[t]!, 5);
    }
  });

  test("never takes a transition that is forbidden", async () => {
    const scores = { ...scoresOf(2), transitions: drawn(K * K, 3).with(0 * K + 1, -1e4), start: [0, -1e4, 0] };
    const session = await (await defaultRuntime()).createSession(encodeModel(built("decode")), { threads: 1 });
    const { best } = await session.run(feeds(scores));
    session.release();
    for (const [row, length] of LENGTHS.entries()) {
      const tags = Array.from(best!.data.slice(row * T, row * T + length), Number);
      expect(tags[0]).not.toBe(1);
      for (const [t, tag] of tags.slice(1).entries()) expect([tags[t], tag]).not.toEqual([0, 1]);
    }
  });
});
