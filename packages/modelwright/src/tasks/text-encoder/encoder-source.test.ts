import { parseRecipe } from "@modelwright/contracts";
import { loadTokenizer } from "@modelwright/data";
import { describe, expect, test } from "vitest";
import { encoderSource } from "./encoder-source.ts";
import type { TextEncoderRecipe } from "./text-encoder-recipe.ts";

function sourceOf(model: object, seed = 7) {
  const recipe = { name: "tickets", task: "text-classification", data: { source: "-" }, model, train: { seed } };
  return encoderSource(parseRecipe(recipe) as TextEncoderRecipe, { baseDir: "." });
}

const ENGLISH = ["The room was clean and the staff were kind", "the room was dirty"];
const CHINESE = ["房间很干净，服务也不错。", "房间太差了，服务不好。"];
const THAI = ["ห้องสะอาดมาก", "ห้องสกปรกมาก"];

describe("an encoder from scratch", () => {
  test.each<[string, readonly string[], object, string, number]>([
    ["words where there are spaces", ENGLISH, {}, "TextCNN on words", 3],
    ["characters where there are none", CHINESE, {}, "TextCNN on characters", 11],
    ["characters in every such script", THAI, {}, "TextCNN on characters", 12],
    ["what the recipe says", ENGLISH, { units: "characters" }, "TextCNN on characters", 12],
    ["parts of words", ENGLISH, { units: "subwords" }, "TextCNN on subwords", 3],
    ["words by a network of attention", ENGLISH, { architecture: "bert" }, "BERT on words", 3],
    ["words where nothing tells", ["12 %", "12 €"], {}, "TextCNN on words", 2],
  ])("reads %s", async (_, texts, model, title, tokens) => {
    const loaded = await sourceOf({ base: "none", ...model }).load(texts);
    expect(loaded.title).toBe(title);
    expect(loaded.pretrained).toBeUndefined();
    const tokenizer = loadTokenizer(loaded.tokenizerJson);
    expect(loaded.encoder).toMatchObject({ vocabularySize: tokenizer.vocabularySize, padId: tokenizer.padId });
    expect(tokenizer.encode(texts[1]!.slice(0, 12), 100)).toHaveLength(tokens);
  });

  test.each([
    ["text-cnn", {}, 3 * 64],
    ["text-cnn", { width: 8 }, 3 * 8],
    ["lstm", {}, 64],
    ["lstm", { width: 8, layers: 2 }, 8],
    ["bilstm", { width: 8 }, 16],
    ["dense", { width: 8, layers: 3 }, 8],
    ["bert", {}, 128],
    ["bert", { width: 32, layers: 1 }, 32],
  ])("%s of the sizes %j gives vectors of %d numbers", async (architecture, sizes, width) => {
    const { encoder, parameters } = await sourceOf({ base: "none", architecture, ...sizes }).load(ENGLISH);
    expect(encoder.width).toBe(width);
    const layers = [...parameters.keys()].filter((name) =>
      /layer\d+\.(input_weight|attention\.query\.weight)/.test(name),
    );
    const wanted = { lstm: 1, bilstm: 1, bert: 2, ...("layers" in sizes ? { [architecture]: sizes.layers } : {}) };
    expect(layers).toHaveLength((wanted as Record<string, number>)[architecture === "dense" ? "" : architecture] ?? 0);
  });

  test("knows the most frequent tokens of the training texts, and no others", async () => {
    const { tokenizerJson } = await sourceOf({ base: "none", vocabularySize: 4 }).load(ENGLISH);
    const tokenizer = loadTokenizer(tokenizerJson);
    expect(Array.from({ length: 4 }, (_, id) => tokenizer.decode([id], { keepSpecialTokens: true }))).toEqual([
      "[PAD]",
      "[UNK]",
      "the",
      "room",
    ]);
    expect([...tokenizer.encode("The ROOM burns", 9)]).toEqual([2, 3, 1]);
  });

  test("begins with the same weights for the same seed", async () => {
    const weights = async (seed: number) => {
      const { parameters } = await sourceOf({ base: "none" }, seed).load(ENGLISH);
      return [...parameters.get("encoder.embedding.weight")!.tensor.data];
    };
    expect(await weights(7)).toEqual(await weights(7));
    expect(await weights(8)).not.toEqual(await weights(7));
  });

  test("has nothing that could be checked before the texts are read", async () => {
    expect(await sourceOf({ base: "none" }).check()).toBeUndefined();
  });
});

test("a base that is not known is refused before the data is read", async () => {
  await expect(sourceOf({ base: "nothing" }).check()).rejects.toMatchObject({ code: "MODEL_BASE_UNKNOWN" });
  await expect(sourceOf({ maxLength: 129 }).check()).rejects.toMatchObject({ code: "MODEL_LENGTH_UNREADABLE" });
});
