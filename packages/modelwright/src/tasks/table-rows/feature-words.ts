import type { TablePreprocessing } from "@modelwright/contracts";
import type { TablePart } from "./table-part.ts";

type FeatureWords = NonNullable<TablePreprocessing["features"]>;

/** What became of the training rows, as the manifest has it. */
export function rowWords(words: readonly string[]): Pick<TablePreprocessing, "rows"> {
  return words.length === 0 ? {} : { rows: [...words] };
}

/** What the models of a mean do with each column: once where all do the same, otherwise by model. */
export function featureWords(parts: readonly (Pick<TablePart, "model"> & { readonly kind: string })[]): FeatureWords {
  // Models of parts of the rows read alike: the first speaks for all.
  const read = parts.map(({ kind, model }) => ({ kind, features: model.features[0] }));
  const columns = new Set(read.flatMap(({ features }) => features.words.map(({ column }) => column)));
  return {
    columns: [...columns].map((column) => ({
      column,
      words: byModel(
        read.map(({ kind, features }) => {
          const ways = features.words.filter((each) => each.column === column).map(({ words }) => words);
          return { kind, words: ways.length === 0 ? "not read" : ways.join("; ") };
        }),
      ),
    })),
    together: byModel(
      read.flatMap(({ kind, features }) =>
        features.reductionWords.length === 0 ? [] : [{ kind, words: features.reductionWords.join("; ") }],
      ),
    ),
  };
}

/** `boosted-trees, random-forest: a code of 3 categories`; the words alone where all models say the same. */
function byModel(said: readonly { readonly kind: string; readonly words: string }[]): string[] {
  const different = [...new Set(said.map(({ words }) => words))];
  if (different.length === 1) return different;
  return different.map((words) => {
    const models = said.filter((each) => each.words === words).map(({ kind }) => kind);
    return `${models.join(", ")}: ${words}`;
  });
}
