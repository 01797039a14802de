import { parseRecipe, type Recipes } from "@modelwright/contracts";
import type { EventRow, EventRows } from "@modelwright/data";
import { defaultRuntime, encodeModel, type Session, tensor } from "@modelwright/engine";
import { implicitFactors, implicitUser, itemCounts, ratingOf, ratingUser } from "@modelwright/training";
import { describe, expect, test } from "vitest";
import { catalogueOf, type Lesson, lessonOf } from "./catalogue.ts";
import { graphOf } from "./graph.ts";
import { RANKER_ROWS } from "./rankers/table.ts";
import { fitRatings } from "./rating-model.ts";

const CONTEXT = { onProgress: () => {}, shouldStop: () => false };

/** 30 users of two tastes, each with 8 of 24 films; every third film is named in Chinese. */
const rows = Array.from({ length: 240 }, (_, i): EventRow => {
  const [user, place] = [i % 30, Math.floor(i / 30)];
  const film = (user % 2) * 12 + ((place * 5 + user * 3) % (place < 6 ? 12 : 24));
  const item = film % 3 === 0 ? `电影${film % 24}` : `film ${film % 24}`;
  return {
    id: `${i}`,
    user: `u${user}`,
    item,
    rating: 1 + ((film + user * place) % 5),
    origin: { file: "a", line: i + 2 },
  };
});
const all: EventRows = { rows, relevant: 3 };

function recipeOf(model: object): Recipes["recommendation"] {
  const data = { source: "a.csv", columns: { rating: "rating" } };
  const train = { iterations: 4, epochs: 30, batchSize: 32, learningRate: 1e-2, history: 6, threads: 1 };
  return parseRecipe({
    name: "a",
    task: "recommendation",
    data,
    model: { factors: 6, ratingFactors: 3, ...model },
    train,
  }) as Recipes["recommendation"];
}

async function fitted(kind: keyof typeof RANKER_ROWS, choice: unknown, part: EventRows = all) {
  const recipe = recipeOf({ kind });
  const lesson = lessonOf([part], catalogueOf([part]));
  const ranker = (await RANKER_ROWS[kind].fit(lesson, choice, { ...CONTEXT, recipe }))!;
  const ratings = fitRatings({ learnt: lesson, held: part, all: lesson }, recipe, () => false)!;
  const graph = graphOf(lesson, ranker, ratings);
  return { lesson, ratings, session: await (await defaultRuntime()).createSession(encodeModel(graph), { threads: 1 }) };
}

/** Everything that is recommended to a user, what was chosen included. */
async function ranked(session: Session, user: string): Promise<Map<string, { score: number; rating: number }>> {
  const names = (values: string[]) => tensor("string", [1, values.length], values);
  const { item, score, rating } = await session.run(
    {
      user: names([user]),
      items: names([""]),
      ratings: tensor("float32", [1, 1], Float32Array.of(Number.NaN)),
      exclude: names([""]),
      among: names([""]),
      seen: tensor("int64", [1, 1], BigInt64Array.of(1n)),
      top: tensor("int64", [1], BigInt64Array.of(1000n)),
    },
    ["item", "score", "rating"],
    { strings: true },
  );
  return new Map(
    Array.from(item!.data as string[], (name, i) => [
      name,
      { score: Number(score!.data[i]), rating: Number(rating!.data[i]) },
    ]),
  );
}

function likedBy({ liked, users }: Lesson, user: string): Int32Array {
  const place = users.indexOf(user);
  return liked.columns.subarray(liked.starts[place]!, liked.starts[place + 1]!);
}

describe("the graph scores as its trainer does", () => {
  test("matrix factorisation", async () => {
    const settings = { confidence: 4, regularisation: 2 };
    const { lesson, session } = await fitted("matrix-factorisation", settings);
    const factors = 6;
    const turned = (await implicitFactors(lesson.liked, { ...settings, factors, iterations: 4, seed: 7 }))!;
    for (const user of ["u0", "u7"]) {
      const vector = implicitUser(turned, likedBy(lesson, user), { factors, ...settings });
      const found = await ranked(session, user);
      for (const [number, item] of lesson.catalogue.items.entries()) {
        const score = vector.reduce((sum, value, i) => sum + value * turned[number * factors + i]!, 0);
        expect(found.get(item)!.score).toBeCloseTo(score, 4);
      }
    }
    session.release();
  });

  test("cosines, and the shares of users for one whom nobody knows", async () => {
    const { lesson, session } = await fitted("item-to-item", { similarity: "cosine" });
    const counts = itemCounts(lesson.liked);
    const usersOf = (item: number) => lesson.users.filter((user) => likedBy(lesson, user).includes(item));
    const found = await ranked(session, "u4");
    const nobody = await ranked(session, "nobody");
    for (const [number, item] of lesson.catalogue.items.entries()) {
      const score = Array.from(likedBy(lesson, "u4"), (other) => {
        if (other === number || counts[number] === 0) return 0;
        const common = usersOf(other).filter((user) => usersOf(number).includes(user)).length;
        return ((common / Math.sqrt(counts[number]! * counts[other]!)) * common) / (common + 10);
      }).reduce((sum, each) => sum + each, 0);
      expect(found.get(item)!.score).toBeCloseTo(score, 5);
      expect(nobody.get(item)!.score).toBeCloseTo(counts[number]! / lesson.users.length, 6);
    }
    session.release();
  });

  test("ratings", async () => {
    const { lesson, ratings, session } = await fitted("popularity", undefined);
    const { events, users, catalogue } = lesson;
    const place = users.indexOf("u11");
    const [from, to] = [events.starts[place]!, events.starts[place + 1]!];
    const vector = ratingUser(ratings.factors, {
      items: events.columns.subarray(from, to),
      ratings: events.ratings!.subarray(from, to),
    });
    const found = await ranked(session, "u11");
    for (const [number, item] of catalogue.items.entries()) {
      const expected = Math.min(5, Math.max(1, ratingOf(ratings.factors, vector, number)));
      expect(found.get(item)!.rating).toBeCloseTo(expected, 4);
    }
    session.release();
  });
});

test("two towers learn, rank what nobody has chosen by what is known of it, and are the same for the same seed", async () => {
  const names = [...new Set(rows.map(({ item }) => item))];
  const items = [...names, "new for even", "new for odd"];
  const taste = (item: string) => {
    if (item.startsWith("new")) return item.endsWith("even") ? 0 : 1;
    return rows.filter((row) => row.item === item && Number(row.user.slice(1)) % 2 === 1).length > 2 ? 1 : 0;
  };
  const frame = {
    rows: items.length,
    columns: [
      { kind: "category" as const, name: "taste", categories: ["even", "odd"], codes: Int32Array.from(items, taste) },
    ],
  };
  const part: EventRows = { ...all, known: { items, frame } };
  const [first, second] = [await fitted("two-towers", undefined, part), await fitted("two-towers", undefined, part)];
  const found = await ranked(first.session, "u4");
  expect(await ranked(second.session, "u4")).toEqual(found);
  expect(found.size).toBe(items.length);
  const even = await Promise.all(["u0", "u2", "u4", "u6", "u8"].map((user) => ranked(first.session, user)));
  const ahead = even.filter((each) => each.get("new for even")!.score > each.get("new for odd")!.score).length;
  expect(ahead).toBeGreaterThanOrEqual(4);
  for (const { session } of [first, second]) session.release();
});
