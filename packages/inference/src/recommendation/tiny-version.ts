import type { OptionsOf, UserItem } from "@modelwright/contracts";
import { encodeModel, tensor } from "@modelwright/engine";
import type { TinyVersion } from "../testing/tiny-version.ts";
import type { Recommended } from "./recommender.ts";
import { recommenderGraph } from "./recommender-graph.ts";

const ITEMS = ["i1", "i2", "i3", "i4"];
const TITLES = ["The Third Man", "Vertigo", "", "罗生门"];
const HISTORIES: Readonly<Record<string, readonly number[]>> = { u1: [0], 用户: [1, 3] };
const POPULARITY = [0.25, 0.5, 0.125, 0.75];
/** What each item says of the others; a row of zeros for none. */
const NEAR = [
  [0, 3, 2, 1],
  [1, 0, 5, 0.5],
  [0, 0.25, 0, 8],
  [4, 1, 2, 0],
];

/** What the graph recommends, worked out without it. */
function recommended(
  item: UserItem,
  { top = 10, seen = false, exclude = [], among }: OptionsOf<"recommendation"> = {},
): Recommended {
  const { user = "", items = [] } = typeof item === "string" ? { user: item } : item;
  const given = items.map((each) => ITEMS.indexOf(typeof each === "string" ? each : each.item)).filter((id) => id >= 0);
  const history = given.length > 0 ? given : (HISTORIES[user] ?? []);
  const score = (id: number) =>
    history.length === 0 ? POPULARITY[id]! : history.reduce((sum, other) => sum + NEAR[other]![id]!, 0);
  const isLeft = (id: number) =>
    (seen || !history.includes(id)) &&
    !exclude.includes(ITEMS[id]!) &&
    (among === undefined || among.includes(ITEMS[id]!));
  const order = [...ITEMS.keys()].filter(isLeft).sort((a, b) => score(b) - score(a) || a - b);
  return {
    items: order.slice(0, top).map((id) => ({
      item: ITEMS[id]!,
      score: score(id),
      ...(TITLES[id] === "" ? {} : { title: TITLES[id]! }),
    })),
    known: history.length > 0,
  };
}

/** The smallest recommender: four items that say a number each of the others. */
export function tinyRecommender(): TinyVersion<"recommendation"> {
  const users = Object.keys(HISTORIES);
  const graph = recommenderGraph({
    items: ITEMS,
    titles: TITLES,
    popularity: Float32Array.from(POPULARITY),
    histories: {
      users,
      starts: Int32Array.of(0, 1, 3),
      items: Int32Array.from(Object.values(HISTORIES).flat()),
    },
    score: (b, liked) => {
      const near = tensor("float32", [5, 4], Float32Array.from([...NEAR.flat(), 0, 0, 0, 0]));
      const each = b.op("Gather", [b.initializer("near", near), liked]);
      return b.op("ReduceSum", [each, b.ints([1])], { keepdims: 0 });
    },
  });
  const describe = ({ name, dtype, shape }: (typeof graph.inputs)[number]) => ({
    name,
    dtype,
    shape: shape.map((size) => (typeof size === "number" ? size : -1)),
  });
  const asked: readonly (readonly [UserItem, OptionsOf<"recommendation">])[] = [
    ["u1", {}],
    ["用户", {}],
    ["nobody", {}],
    [{ user: "u1", items: ["i3"] }, {}],
    [{ user: "u1", items: ["unknown"] }, {}],
    [{ items: ["i4", { item: "i2", rating: 5 }] }, { top: 1 }],
    ["u1", { seen: true, exclude: ["i2", "unknown"] }],
    ["u1", { among: ["i4", "unknown", "i1"] }],
    ["nobody", { among: ["unknown"] }],
  ];
  return {
    files: { "onnx/model.onnx": encodeModel(graph) },
    manifest: {
      task: "recommendation",
      signature: {
        input: "user",
        output: "items",
        tensors: { inputs: graph.inputs.map(describe), outputs: graph.outputs.map(describe) },
      },
      preprocessing: { columns: { user: "user", item: "item" } },
      feedback: "implicit",
      catalogue: { items: 4, users: users.length, events: 3, withoutEvents: 1, titles: true, columns: [] },
      model: { ranker: "item-to-item", settings: "4 neighbours", parameters: 16 },
    },
    examples: asked.map(([item, options]) => ({ item, options, answer: recommended(item, options) })),
    oddItems: [
      "",
      " ",
      "你好 🎉",
      "\ud83c",
      "\u0000",
      "__proto__",
      "a".repeat(9000),
      { items: [] },
      { user: "u1", items: Array.from({ length: 200 }, (_, i) => `i${i}`) },
      { items: ["i1", "i1", "i1"] },
    ],
    otherOptions: { top: 2, exclude: ["i4"] },
  };
}
