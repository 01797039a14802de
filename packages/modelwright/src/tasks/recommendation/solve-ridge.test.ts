import { defaultRuntime, encodeModel, GraphBuilder, tensor } from "@modelwright/engine";
import { implicitUser } from "@modelwright/training";
import { expect, test } from "vitest";
import { solveRidge } from "./solve-ridge.ts";

const [ITEMS, WIDTH, HISTORY] = [60, 8, 20];

/** Numbers that repeat in no short pattern, between −1 and 1. */
const wave = (at: number) => Math.sin(at * 12.9898) * Math.cos(at * 4.1414);

/** Vectors whose squares add up to at most the identity, as those of least squares do after they are turned. */
const vectors = Float32Array.from({ length: ITEMS * WIDTH }, (_, at) => wave(at) / Math.sqrt(ITEMS));

test.each([1.5, 4, 16])("users are what Cholesky solves, confidence %d", async (confidence) => {
  const b = new GraphBuilder({ name: "ridge" });
  const rows = b.input("rows", "float32", ["batch", "history", WIDTH]);
  const right = b.input("right", "float32", ["batch", WIDTH, 1]);
  b.output(solveRidge(b, rows, right, 12), "user");
  const session = await (await defaultRuntime()).createSession(encodeModel(b.build()), { threads: 1 });
  const histories = [Array.from({ length: HISTORY }, (_, i) => (i * 7) % ITEMS), [3], []];
  const fed = new Float32Array(histories.length * HISTORY * WIDTH);
  const sums = new Float32Array(histories.length * WIDTH);
  histories.forEach((history, user) => {
    history.forEach((item, i) => {
      for (let k = 0; k < WIDTH; k++) {
        const value = vectors[item * WIDTH + k]!;
        fed[(user * HISTORY + i) * WIDTH + k] = Math.sqrt(confidence - 1) * value;
        sums[user * WIDTH + k]! += confidence * value;
      }
    });
  });
  const { user } = await session.run({
    rows: tensor("float32", [histories.length, HISTORY, WIDTH], fed),
    right: tensor("float32", [histories.length, WIDTH, 1], sums),
  });
  session.release();
  const exact = histories.flatMap((history) => [...implicitUser(vectors, history, { factors: WIDTH, confidence })]);
  expect([...(user!.data as Float32Array)]).toEqual(exact.map((value) => expect.closeTo(value, 5)));
});
