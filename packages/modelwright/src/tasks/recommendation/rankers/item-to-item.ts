import { type GraphBuilder, tensor, type Value } from "@modelwright/engine";
import { cosineNeighbours, easeNeighbours, type ItemNeighbours, itemCounts, withItems } from "@modelwright/training";
import { counted } from "../../../wording/quantities.ts";
import type { Lesson } from "../catalogue.ts";
import type { Ranker, RankerRecipe, RankerRow } from "./ranker.ts";

/** λ of ease, from little to much. */
const REGULARISATIONS = [15, 50, 150, 400];
/** Items by which λ is chosen, those that most users liked: their inverse takes seconds. With fewer of them λ comes out too large. */
const REHEARSED = 4000;

type Choice = { readonly similarity: "ease"; readonly regularisation: number } | { readonly similarity: "cosine" };

/** Items by the items that were liked: a weight for each pair, of which each item keeps the largest. */
export const itemToItem: RankerRow<Choice> = {
  title: "items by the items that were chosen",
  choices: ({ model }, { liked }) => {
    const { similarity = likedItems(liked).length <= model.mostExact ? "ease" : "cosine", regularisation } = model;
    if (similarity === "cosine") return [{ similarity }];
    const tried = regularisation === undefined ? REGULARISATIONS : [regularisation];
    return tried.map((each) => ({ similarity, regularisation: each }));
  },
  rehearsal: (lesson, held) => {
    const counts = itemCounts(lesson.liked);
    const kept = likedItems(lesson.liked)
      .sort((a, b) => counts[b]! - counts[a]! || a - b)
      .subarray(0, REHEARSED);
    const isKept = new Set(kept);
    const only = (items: Int32Array) => items.filter((item) => isKept.has(item));
    const users = held.map((user) => ({ ...user, relevant: only(user.relevant) }));
    return {
      lesson: { ...lesson, liked: onlyItems(lesson, isKept) },
      held: users.filter(({ relevant }) => relevant.length > 0),
    };
  },
  fit: async (lesson, choice, { recipe, onProgress, shouldStop }) => {
    const kept = likedItems(lesson.liked);
    const matrix = withItems(lesson.liked, kept);
    const { neighbours, shrinkage } = recipe.model;
    const { threads } = recipe.train;
    const found =
      choice.similarity === "cosine"
        ? cosineNeighbours(matrix, { neighbours, shrinkage })
        : await easeNeighbours(matrix, { ...choice, neighbours, threads, onProgress, shouldStop });
    return (
      found && rankerOf(found, { kept, items: lesson.catalogue.items.length, settings: settingsOf(choice, recipe) })
    );
  },
};

function settingsOf(choice: Choice, { model }: RankerRecipe): string {
  const by = choice.similarity === "ease" ? `regularisation ${choice.regularisation}` : `shrinkage ${model.shrinkage}`;
  return `${choice.similarity}, ${counted(model.neighbours, "neighbour")}, ${by}`;
}

/** Numbers of the items that anybody liked. */
function likedItems(liked: Lesson["liked"]): Int32Array {
  return Int32Array.from(new Set(liked.columns)).sort();
}

function onlyItems({ liked }: Lesson, isKept: ReadonlySet<number>): Lesson["liked"] {
  const starts = new Int32Array(liked.users + 1);
  const columns: number[] = [];
  for (let user = 0; user < liked.users; user++) {
    for (const item of liked.columns.subarray(liked.starts[user]!, liked.starts[user + 1]!))
      if (isKept.has(item)) columns.push(item);
    starts[user + 1] = columns.length;
  }
  return { users: liked.users, items: liked.items, starts, columns: Int32Array.from(columns) };
}

/** @param options.kept Numbers in the catalogue of the items that have neighbours. */
function rankerOf(
  { width, items: neighbours, weights }: ItemNeighbours,
  { kept, items, settings }: { readonly kept: Int32Array; readonly items: number; readonly settings: string },
): Ranker {
  // A row for each item of the catalogue, and one for none; what has no neighbours points to none.
  const ids = new BigInt64Array((items + 1) * width).fill(BigInt(items));
  const values = new Float32Array((items + 1) * width);
  for (const [row, item] of kept.entries()) {
    for (let k = 0; k < width; k++) {
      ids[item * width + k] = BigInt(kept[neighbours[row * width + k]!]!);
      values[item * width + k] = weights[row * width + k]!;
    }
  }
  return {
    kind: "item-to-item",
    settings,
    parameters: Math.max(
      1,
      weights.reduce((count, weight) => count + Number(weight !== 0), 0),
    ),
    compile: (b, liked) => {
      const flat = (table: Value) => b.op("Reshape", [b.op("Gather", [table, liked]), b.ints([0, -1])]);
      const to = flat(b.initializer(b.scoped("neighbours"), tensor("int64", [items + 1, width], ids)));
      const with_ = flat(b.initializer(b.scoped("weights"), tensor("float32", [items + 1, width], values)));
      return addedUp(b, { liked, to, values: with_, items });
    },
  };
}

/** Sums values by items, float32 `[batch, items]`; item number `items` is none. */
function addedUp(
  b: GraphBuilder,
  {
    liked,
    to,
    values,
    items,
  }: { readonly liked: Value; readonly to: Value; readonly values: Value; readonly items: number },
): Value {
  const batch = b.op("Shape", [liked], { start: 0, end: 1 });
  const zeros = b.op("Expand", [b.scalar(0), b.op("Concat", [batch, b.ints([items + 1])], { axis: 0 })]);
  const sums = b.op("ScatterElements", [zeros, to, values], { axis: 1, reduction: "add" });
  return b.op("Slice", [sums, b.ints([0]), b.ints([items]), b.ints([1])]);
}
