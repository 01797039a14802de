import type { Development } from "@modelwright/data";

/**
 * Documents that are not for the test, as they are divided in other ways.
 *
 * @param options.togetherOf Documents that share it stay together.
 */
export function developmentOf<Document extends { readonly id: string }>(
  documents: readonly Document[],
  {
    togetherOf,
    split,
  }: {
    readonly togetherOf: (document: Document) => string;
    readonly split: { readonly test: number; readonly validation: number; readonly seed: number };
  },
): Development<readonly Document[]> {
  const groups = new Map<string, number>();
  const ids = documents.map(({ id }) => id);
  return {
    rows: documents,
    division: {
      groups: Int32Array.from(documents, (document) => {
        const together = togetherOf(document);
        if (!groups.has(together)) groups.set(together, groups.size);
        return groups.get(together)!;
      }),
      strata: documents.map(() => ["all"]),
      places: ids,
      ids,
      keys: ids,
    },
    settings: { ...split, stratify: false },
  };
}
