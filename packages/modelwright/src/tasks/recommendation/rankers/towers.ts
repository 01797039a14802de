import { tensor, type Value } from "@modelwright/engine";
import { activation, dense, dropout, embedding, type LayerContext, tableNetwork } from "@modelwright/models";

/** What both towers are made of. */
export interface TowersShape {
  /** Items of the catalogue. */
  readonly items: number;
  /** Width of the vectors. */
  readonly width: number;
  /** Whether each item has events: of others nothing but what is known of them tells, float32 `[items]`. */
  readonly chosen: Float32Array;
  /** What is known of items. Absent: nothing is. */
  readonly about?: ItemFeatures | undefined;
}

/** What is known of items as numbers. */
export interface ItemFeatures {
  /** What each number is: a category's codes, of which there are so many, or a number. */
  readonly features: readonly { readonly categories?: number | undefined }[];
  /** float32 `[items, features]`. */
  readonly data: Float32Array;
  /** 1 where something is known of an item, float32 `[items]`. */
  readonly known: Float32Array;
}

/** The factor on cosines before the softmax. */
const SCALE = 12;
const ITEM_HIDDEN = [128];

/**
 * What a user wants, by the mean of what the user chose.
 *
 * @param liked int64 `[batch, history]`: numbers of items, `items` where there is none.
 * @returns float32 `[batch, width]` of length `SCALE`.
 */
export function userTower(c: LayerContext, liked: Value, { items, width }: TowersShape): Value {
  const { b } = c;
  return c.scope("user", () => {
    const vectors = embedding(c, liked, { name: "history", rows: items + 1, width }); // [B, H, width]
    const isItem = b.op("Cast", [b.op("Less", [liked, b.scalar(items, "int64")])], { to: 1 });
    const sum = b.op("ReduceSum", [b.op("Mul", [vectors, b.op("Unsqueeze", [isItem, b.ints([2])])]), b.ints([1])], {
      keepdims: 0,
    });
    const count = b.op("ReduceSum", [isItem, b.ints([1])], { keepdims: 1 });
    // A long history tells more than the mean of its parts.
    const mean = b.op("Div", [sum, b.op("Sqrt", [b.op("Max", [count, b.scalar(1)])])]); // [B, width]
    const hidden = dropout(c, activation(c, dense(c, mean, { name: "hidden", width: 2 * width }), "silu"), "hidden");
    const wanted = b.op("Add", [mean, dense(c, hidden, { name: "output", width })]);
    return b.op("Mul", [unit(c, wanted), b.scalar(SCALE)]);
  });
}

/**
 * What items are: a vector of their own where they have events, and what is known of them.
 *
 * @param ids int64 `[batch]`.
 * @returns float32 `[batch, width]` of length 1.
 */
export function itemTower(c: LayerContext, ids: Value, { items, width, chosen, about }: TowersShape): Value {
  const { b } = c;
  return c.scope("item", () => {
    const row = b.op("Unsqueeze", [ids, b.ints([1])]);
    const own = b.op("Squeeze", [embedding(c, row, { name: "own", rows: items, width }), b.ints([1])]);
    const has = c.fixed("chosen", () => tensor("float32", [items, 1], chosen));
    const vector = b.op("Mul", [dropout(c, own, "own"), b.op("Gather", [has, ids])]);
    if (about === undefined) return unit(c, vector);
    const { features, data, known } = about;
    const numbers = b.op("Gather", [c.fixed("features", () => tensor("float32", [items, features.length], data)), ids]);
    const said = tableNetwork(c, numbers, { features, outputs: width, hidden: ITEM_HIDDEN });
    const isKnown = b.op("Gather", [c.fixed("known", () => tensor("float32", [items, 1], known)), ids]);
    return unit(c, b.op("Add", [vector, b.op("Mul", [said, isKnown])]));
  });
}

/** Rows of length 1; of zeros, zeros. */
function unit({ b }: LayerContext, x: Value): Value {
  const square = b.op("ReduceSum", [b.op("Mul", [x, x]), b.ints([1])], { keepdims: 1 });
  return b.op("Div", [x, b.op("Sqrt", [b.op("Add", [square, b.scalar(1e-9)])])]);
}
