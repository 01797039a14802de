import { expect, test } from "vitest";
import { TASKS } from "./tasks.ts";

const { recommendation } = TASKS;
const item = recommendation.item({ maxItemBytes: 100 });

test.each(["u1", "", { user: "u1" }, { items: [] }, { user: "u1", items: ["i1", { item: "i2", rating: 4.5 }] }])(
  "%j is a user",
  (given) => {
    expect(item.parse(given)).toEqual(given);
  },
);

test.each([{}, 7, null, ["i1"], { items: [""] }, { items: [{ item: "i1" }] }, { user: "u1", history: [] }])(
  "%j is none",
  (given) => {
    expect(item.safeParse(given)).toMatchObject({ success: false });
  },
);

test("a user is no larger than a server allows", () => {
  expect(item.safeParse({ items: Array(20).fill("i100") }).error?.issues[0]?.message).toBe(
    "a user must be at most 100 bytes of UTF-8",
  );
});
