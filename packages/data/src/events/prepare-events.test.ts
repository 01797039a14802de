import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EventSettings, prepareEvents } from "./prepare-events.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-events-"));
});
afterAll(() => rm(folder, { recursive: true }));

type Changes = Omit<Partial<EventSettings>, "columns" | "clean" | "split" | "items"> & {
  readonly columns?: Partial<EventSettings["columns"]>;
  readonly clean?: Partial<EventSettings["clean"]>;
  readonly split?: Partial<EventSettings["split"]>;
  readonly items?: Partial<EventSettings["items"]>;
};

async function prepared(csv: string, { columns, clean, split, items, ...others }: Changes = {}, table?: string) {
  await writeFile(join(folder, "events.csv"), csv);
  if (table !== undefined) await writeFile(join(folder, "items.csv"), table);
  return prepareEvents(
    {
      source: "events.csv",
      columns: { user: "user", item: "item", ...columns },
      items: { kinds: {}, ignore: [], ...items },
      feedback: "implicit",
      clean: { repeated: "first", minPerUser: 1, minPerItem: 1, missing: "drop", ...clean },
      split: { by: "random", last: 1, test: 0.25, validation: 0.25, seed: 7, ...split },
      ...others,
    },
    { baseDir: folder },
  );
}

const EVENTS = Array.from({ length: 40 }, (_, i) => [`u${i % 5}`, `i${i % 8}`, (i % 5) + 1, i + 1] as const);
const csv = (rows: readonly (readonly (string | number)[])[]) =>
  `user,item,stars,at\n${rows.map((row) => row.join()).join("\n")}\n`;
const names = (rows: readonly { readonly user: string; readonly item: string }[]) =>
  rows.map(({ user, item }) => `${user} ${item}`);

describe("events are split", () => {
  test("at random, with a warning that later ones may teach", async () => {
    const { train, validation, test: held, report } = await prepared(csv(EVENTS));
    expect([train, validation, held].map(({ rows }) => rows.length)).toEqual([20, 10, 10]);
    expect(new Set(names([...train.rows, ...validation.rows, ...held.rows])).size).toBe(40);
    expect(report.warnings.join()).toContain("events are split at random: a model may know what came later");
  });

  test("by time, whatever the order of the table is", async () => {
    const shuffled = EVENTS.toReversed();
    const {
      train,
      validation,
      test: held,
      report,
    } = await prepared(csv(shuffled), { columns: { time: "at" }, split: { by: "time" } });
    const times = [train, validation, held].map(({ rows }) =>
      rows.map(({ time }) => time! / 1000).sort((a, b) => a - b),
    );
    expect(times).toEqual(
      [EVENTS.slice(0, 20), EVENTS.slice(20, 30), EVENTS.slice(30)].map((rows) => rows.map(([, , , at]) => at)),
    );
    expect(report.steps.at(-1)).toEqual({
      name: "not seen before the test",
      detail: "0 of 5 users, 0 of 8 items",
      rows: 10,
    });
  });

  test("by the last events of each user, of whom one with few teaches only", async () => {
    const rows = [...EVENTS, ["short", "i1", 3, 0] as const];
    const {
      train,
      validation,
      test: held,
      report,
    } = await prepared(csv(rows), {
      columns: { time: "at" },
      split: { by: "last", last: 2 },
    });
    const last = (user: number) => EVENTS.filter(([name]) => name === `u${user}`).slice(-2);
    expect(names(held.rows).sort()).toEqual(
      [0, 1, 2, 3, 4].flatMap((user) => last(user).map(([name, item]) => `${name} ${item}`)).sort(),
    );
    expect([train.rows.length, validation.rows.length]).toEqual([21, 10]);
    expect(report.warnings).toContain("1 user with 2 events or fewer: all teach, none is tested");
  });
});

describe("events of another table are the test", () => {
  const later = [
    ["u1", "i3", 2, 99],
    ["u9", "i3", 2, 99],
  ] as const;

  test.each([
    ["random", [30, 10]],
    ["last", [35, 5]],
  ] as const)("and none of the first one, divided by %s", async (by, sizes) => {
    await writeFile(join(folder, "later.csv"), csv(later));
    const {
      train,
      validation,
      test: held,
      report,
    } = await prepared(csv(EVENTS), {
      test: "later.csv",
      columns: { time: "at" },
      split: { by },
    });
    expect([train, validation].map(({ rows }) => rows.length)).toEqual(sizes);
    expect(names(held.rows)).toEqual(["u1 i3", "u9 i3"]);
    expect(report.steps.find(({ name }) => name === "read test file")).toEqual({
      name: "read test file",
      detail: "2 events of later.csv",
      rows: 2,
    });
    expect(report.steps.at(-1)?.detail).toBe("1 of 2 users, 0 of 1 item");
    expect(report.warnings.join()).toContain("give a test file with more");
    expect(report.warnings.join()).not.toContain("split at random");
  });
});

describe("events are drawn up to a limit", () => {
  const many = Array.from({ length: 60 }, (_, i) => [`u${Math.floor(Math.sqrt(i))}`, `i${i}`, 1, i] as const);

  test("of users with all events of theirs, the same ones in any order of the table", async () => {
    const of = async (rows: typeof many) => {
      const { train, validation, test: held, report } = await prepared(csv(rows), { limit: 30 });
      return { kept: names([train, validation, held].flatMap(({ rows }) => rows)).sort(), report };
    };
    const { kept, report } = await of(many);
    const users = new Set(kept.map((name) => name.split(" ")[0]));
    expect(kept).toEqual(
      names(many.map(([user, item]) => ({ user, item })))
        .filter((name) => users.has(name.split(" ")[0]))
        .sort(),
    );
    expect(kept.length).toBeLessThanOrEqual(30);
    expect(report.steps.find(({ name }) => name === "limit")).toEqual({
      name: "limit",
      detail: `drew ${users.size} users of 8, with all events of theirs (seed 7)`,
      rows: kept.length,
    });
    expect((await of(many.toReversed())).kept).toEqual(kept);
  });

  test("and not at all where there are no more", async () => {
    const { report } = await prepared(csv(EVENTS), { limit: 40 });
    expect(report.steps.map(({ name }) => name)).not.toContain("limit");
  });
});

describe("events are cleaned", () => {
  const REPEATED = [
    ["a", "x", 1, 1],
    ["b", "y", 2, 2],
    ["a", "x", 5, 3],
    ["a", "y", 4, 4],
    ["b", "x", 3, 5],
    ["c", "x", 3, 6],
  ] as const;
  const small = {
    columns: { rating: "stars", time: "at" },
    feedback: "explicit",
    split: { test: 0.2, validation: 0.2 },
  } as const;
  const ratings = ({ train, validation, test: held }: Awaited<ReturnType<typeof prepared>>) =>
    [train, validation, held]
      .flatMap(({ rows }) => rows)
      .filter(({ user, item }) => user === "a" && item === "x")
      .map(({ rating }) => rating);

  test.each([
    ["last", [5]],
    ["first", [1]],
    ["keep", [1, 5]],
  ] as const)("of repeats %s", async (repeated, kept) => {
    expect(ratings(await prepared(csv(REPEATED), { ...small, clean: { repeated } })).sort()).toEqual(kept);
  });

  test("of users and items with few, until none is left, each step counted", async () => {
    const { report } = await prepared(csv(REPEATED), {
      ...small,
      clean: { repeated: "last", minPerUser: 2, minPerItem: 2 },
    });
    expect(report.steps.map(({ name, detail }) => `${name}: ${detail}`)).toEqual(
      expect.arrayContaining([
        "repeated events: kept the last of each user and item, dropped 1 event",
        "users with few events: dropped 1 user with fewer than 2: 1 event",
        "relevant events: a rating of 4 or more counts as liked, the median of the ratings: 2 events",
      ]),
    );
  });

  test("of those without a value, named by their lines", async () => {
    const { report } = await prepared(`${csv(EVENTS)}u9,,3,4\n,i3,1,2\n`);
    expect(report.steps[1]).toEqual({
      name: "missing values",
      detail: "dropped 2 events without a user or an item: events.csv:42, events.csv:43",
      rows: 40,
    });
  });
});

describe("what is known of items", () => {
  const TABLE = "item,title,year\ni0,Zero,1990\ni1,One,1991\nnew,New,2000\ni1,Again,1\n";

  test("stands beside the events, the first of several rows of an item", async () => {
    const { train, report } = await prepared(csv(EVENTS), { items: { source: "items.csv", id: "item" } }, TABLE);
    expect(train.known).toMatchObject({ items: ["i0", "i1", "new"], titles: ["Zero", "One", "New"] });
    expect(train.known?.frame.columns.map(({ name }) => name)).toEqual(["year"]);
    expect(report.warnings.join("\n")).toContain("items.csv: 1 row without a name or with that of an earlier row");
    expect(report.warnings.join("\n")).toContain(
      '6 items of the events are not in the table of items: "i2", "i3", "i4", …',
    );
  });

  test("is part of the digest", async () => {
    const of = async (table?: string) =>
      (await prepared(csv(EVENTS), table === undefined ? {} : { items: { source: "items.csv", id: "item" } }, table))
        .digest;
    expect(new Set([await of(), await of(TABLE), await of(TABLE.replace("1990", "1989"))]).size).toBe(3);
    expect(await of(TABLE)).toBe(await of(TABLE));
  });
});

test.each<[string, string, Changes, object]>([
  [
    "a column that is not there",
    csv(EVENTS),
    { columns: { user: "member" } },
    { code: "DATA_COLUMN_MISSING", details: { column: "member", role: "user" } },
  ],
  [
    "a rating that is no number",
    `${csv(EVENTS)}u1,i1,good,9\n`,
    { columns: { rating: "stars" }, feedback: "explicit" },
    { code: "DATA_VALUE_TYPE", details: { line: 42, column: "stars", got: '"good"' } },
  ],
  [
    "a time that is none",
    `${csv(EVENTS)}u1,i1,1,someday\n`,
    { columns: { time: "at" } },
    { code: "DATA_VALUE_TYPE", details: { line: 42, column: "at", got: '"someday"' } },
  ],
  [
    "missing values that are refused",
    `${csv(EVENTS)},i1,1,9\n`,
    { clean: { missing: "error" } },
    { code: "DATA_MISSING_VALUES", details: { first: ["events.csv:42"] } },
  ],
  [
    "one user",
    csv(EVENTS.filter(([user]) => user === "u1")),
    {},
    { code: "DATA_EMPTY", message: expect.stringContaining('all events are of one user, "u1"') },
  ],
  [
    "one item",
    csv(EVENTS.filter(([, item]) => item === "i1")),
    {},
    { code: "DATA_EMPTY", message: expect.stringContaining('all events are of one item, "i1"') },
  ],
  [
    "no event left",
    csv(EVENTS),
    { clean: { minPerUser: 99 } },
    { code: "DATA_EMPTY", message: expect.stringContaining("no event is left after cleaning") },
  ],
  [
    "a limit below the events of two users",
    csv(EVENTS),
    { limit: 9 },
    {
      code: "DATA_EMPTY",
      message: expect.stringContaining("data.limit, 9, leaves no room for two users with all events of theirs"),
    },
  ],
  [
    "a threshold above all ratings",
    csv(EVENTS),
    { columns: { rating: "stars" }, feedback: "explicit", relevant: 6 },
    {
      code: "DATA_EMPTY",
      message: expect.stringContaining("no rating is 6 or more, as data.relevant says: the highest is 5"),
    },
  ],
  ["a header alone", "user,item,stars,at\n", {}, { code: "DATA_EMPTY" }],
  ["a split without events", csv(EVENTS.slice(0, 2)), {}, { code: "DATA_SPLIT_EMPTY" }],
  [
    "an item table without the items' names",
    csv(EVENTS),
    { items: { source: "events.csv", id: "film" } },
    { code: "DATA_COLUMN_MISSING", details: { column: "film" } },
  ],
  [
    "a title that is no column",
    csv(EVENTS),
    { items: { source: "events.csv", id: "item", title: "name" } },
    {
      code: "FEATURES_SETTING_INVALID",
      message: expect.stringContaining('data.items.title: "name" must name a column of the items'),
    },
  ],
])("%s is refused with its place", async (_, content, changes, error) => {
  await expect(prepared(content, changes)).rejects.toMatchObject(error);
});
