import type { LoadedModelOf } from "@modelwright/inference";
import { vectorNearness } from "./vector-nearness.ts";

/** The task of models that can search. */
export const SEARCHES = "embedding";

export interface SearchOptions {
  /** What is searched. */
  readonly texts: readonly string[];
  /** What is searched for, each by itself. */
  readonly queries: readonly string[];
  /** Texts found per query, at most. Default 5. */
  readonly top?: number;
  /** Told how many of the texts have been read. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A text that was found. */
export interface FoundText {
  /** Its place among the texts. */
  readonly index: number;
  readonly text: string;
  /** The cosine of its vector and the query's, in `[−1, 1]`; 0 for a vector of zeros. */
  readonly cosine: number;
}

const TOP = 5;
/** Texts that are held as token ids at once. */
const CHUNK = 512;

/**
 * The nearest of some texts to each query by the cosine of their vectors, the nearest first; of equally near ones the earlier one.
 *
 * Every text is compared with every query: right for up to some hundred thousand texts. For more, or for many calls on the same texts, keep
 * the vectors of `model.embed` in a vector database.
 *
 * @param model As `loadModel(reference, { task: "embedding" })` gives it.
 * @returns For each query, in their order.
 * @example
 * const [found] = await searchTexts(model, { texts: answers, queries: ["Where is my parcel?"], top: 3 });
 * console.log(found[0].text, found[0].cosine);
 */
export async function searchTexts(
  model: Pick<LoadedModelOf<"embedding">, "embed">,
  { texts, queries, top = TOP, onProgress = () => {} }: SearchOptions,
): Promise<FoundText[][]> {
  const vectors = new Map<string, Float32Array>();
  const missing = [...new Set([...texts, ...queries])];
  for (let start = 0; start < missing.length; start += CHUNK) {
    const chunk = missing.slice(start, start + CHUNK);
    const embedded = await model.embed(chunk);
    chunk.forEach((text, i) => {
      vectors.set(text, embedded[i]!);
    });
    onProgress(start + chunk.length, missing.length);
  }
  const near = vectorNearness((text) => vectors.get(text)!).among(texts);
  const cosines = new Float64Array(texts.length);
  return queries.map((query) => {
    near(query, cosines);
    const best = Array.from(cosines.keys()).sort((a, b) => cosines[b]! - cosines[a]! || a - b);
    return best.slice(0, top).map((index) => ({ index, text: texts[index]!, cosine: cosines[index]! }));
  });
}
