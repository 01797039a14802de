import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeTinyVersion } from "../testing/tiny-version.ts";
import { Recommender } from "./recommender.ts";
import { tinyRecommender } from "./tiny-version.ts";

let directory: string;
let model: Recommender;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-recommender-"));
  await writeTinyVersion(directory, tinyRecommender());
  model = await Recommender.load(directory, { threads: 1 });
});
afterAll(async () => {
  model.release();
  await rm(directory, { recursive: true });
});

test("nothing is among no candidates", async () => {
  expect(await model.predict(["u1"], { options: { among: [] } })).toEqual([{ items: [], known: true }]);
});

test("of an item that is named twice the last counts once", async () => {
  const once = await model.predict([{ items: ["i1"] }]);
  expect(await model.predict([{ items: ["i1", { item: "i1", rating: 2 }] }])).toEqual(once);
});

test.each<[unknown, string]>([
  [[7], "users[0]: must be a user"],
  [[{}], "users[0]: must be a user"],
  [["u1", { user: 7 }], "users[1].user: must be a text"],
  [[{ items: "i1" }], "users[0].items: must be a list of items"],
  [[{ items: ["i1", ""] }], "users[0].items[1]: must be an item"],
  [[{ items: [{ item: "i1", rating: Number.NaN }] }], "users[0].items[0]: must be an item"],
  [[{ user: "u1", history: [] }], "users[0].history: must be left out"],
])("%j is refused: %s", async (users, message) => {
  await expect(model.predict(users as never)).rejects.toMatchObject({
    code: "MODEL_INPUT_INVALID",
    message: expect.stringContaining(message),
  });
});
