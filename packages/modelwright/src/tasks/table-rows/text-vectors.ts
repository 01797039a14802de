import { join } from "node:path";
import type { ColumnFeatures } from "@modelwright/contracts";
import {
  distinctTexts,
  type Frame,
  loadTokenizer,
  type TextColumn,
  type TextVectors,
  textLanguage,
} from "@modelwright/data";
import { embedTexts, VectorCache } from "@modelwright/training";
import type { FitContext, PreparedData } from "../task.ts";
import { tokenize } from "../text-encoder/fit-text-encoder.ts";
import { loadTableEncoder, type TableEncoderReference } from "./table-encoder.ts";
import type { TableRecipe } from "./table-recipe.ts";

type EnrichContext = Pick<FitContext, "baseDir" | "folders" | "cacheFolder" | "provider" | "onProgress" | "onVectors">;

const BASE = "use-lite-en";
/** The language that it has read. */
const LANGUAGE = "en";
/** Different texts that are made vectors of without being asked for: minutes of a core. */
const MOST_UNASKED = 20_000;
/** Words of a text on average, from which on it says more than a name does. */
const LEAST_WORDS = 4;

/** Text columns that an encoder reads, each with its encoder. */
export function encodedColumns(
  frame: Frame,
  { features }: Pick<TableRecipe, "features">,
): { readonly name: string; readonly encoder: TableEncoderReference }[] {
  return frame.columns.flatMap((column) => {
    if (column.kind !== "text") return [];
    const settings: ColumnFeatures = { ...features.kinds.text, ...features.columns[column.name] };
    const { encode, base = BASE, maxLength, truncation = "end" } = settings;
    const isWanted =
      column.vectors !== undefined ||
      (encode === undefined ? base !== BASE || isEnglish(column) : readsVectors(encode));
    const at = features.columns[column.name]?.base === undefined ? "kinds.text" : `columns.${column.name}`;
    return isWanted ? [{ name: column.name, encoder: { base, at: `features.${at}.base`, maxLength, truncation } }] : [];
  });
}

function readsVectors(encode: string): boolean {
  return encode.endsWith("embedding");
}

/** Whether texts are sentences in the language of the encoder that comes with us, and not too many. */
function isEnglish({ values }: TextColumn): boolean {
  const { texts } = distinctTexts(values);
  if (texts.length === 0 || texts.length > MOST_UNASKED) return false;
  const words = texts.reduce((sum, text) => sum + (text.match(/\p{L}+/gu)?.length ?? 0), 0);
  return words / texts.length >= LEAST_WORDS && textLanguage(texts)?.language === LANGUAGE;
}

/** Different encoders of columns, in the order in which versions number them. */
export function encodersOf(columns: ReturnType<typeof encodedColumns>): readonly TableEncoderReference[] {
  const byKey = new Map<string, TableEncoderReference>();
  for (const { encoder } of columns) if (!byKey.has(keyOf(encoder))) byKey.set(keyOf(encoder), encoder);
  return [...byKey.values()];
}

/** What two columns have in common that one encoder reads; whichever value names it. */
function keyOf({ base, maxLength, truncation }: TableEncoderReference): string {
  return JSON.stringify([base, maxLength, truncation]);
}

/** Makes the vectors of texts that models read, once for all folds and models. */
export async function withTextVectors<Split extends { readonly frame: Frame }>(
  recipe: TableRecipe,
  data: PreparedData<Split>,
  context: EnrichContext,
): Promise<PreparedData<Split>> {
  const { learning, development, test } = data;
  const columns = encodedColumns(learning.train.frame, recipe);
  if (columns.length === 0) return data;
  const encoders = encodersOf(columns);
  const vectorsOf = async (texts: Frame): Promise<Map<string, (frame: Frame) => TextVectors>> => {
    const made = new Map<string, (frame: Frame) => TextVectors>();
    for (const { name, encoder } of columns) {
      const at = encoders.findIndex((each) => keyOf(each) === keyOf(encoder));
      made.set(name, await columnVectors(textColumn(texts, name), encoders[at]!, { at, recipe, context }));
    }
    return made;
  };
  const own = await vectorsOf(development.rows.frame);
  const attached = (split: Split, made: Awaited<ReturnType<typeof vectorsOf>>): Split => ({
    ...split,
    frame: {
      ...split.frame,
      columns: split.frame.columns.map((column) => {
        const vectors = made.get(column.name)?.(split.frame);
        return vectors === undefined ? column : { ...column, vectors };
      }),
    },
  });
  return {
    ...data,
    learning: { train: attached(learning.train, own), validation: attached(learning.validation, own) },
    development: { ...development, rows: attached(development.rows, own) },
    test: await test.changed(async (split) => attached(split, await vectorsOf(split.frame))),
  };
}

function textColumn({ columns }: Frame, name: string): TextColumn {
  return columns.find((column): column is TextColumn => column.kind === "text" && column.name === name)!;
}

/** Makes vectors of the different texts of a column; what comes out finds those of the rows of any part of it. */
async function columnVectors(
  { name, values }: TextColumn,
  reference: TableEncoderReference,
  { at, recipe, context }: { readonly at: number; readonly recipe: TableRecipe; readonly context: EnrichContext },
): Promise<(frame: Frame) => TextVectors> {
  const { loaded, reading } = await loadTableEncoder(reference, context);
  // In an order that is no split's, so that another split of the same rows finds them in the cache.
  const texts = distinctTexts(values).texts.sort();
  const tokenizer = loadTokenizer(loaded.tokenizerJson);
  const split = { ...tokenize(texts, { tokenizer, reading, encoder: loaded.encoder }), reading };
  const { threads, cpuFallback } = recipe.train;
  const { cacheFolder, provider, onProgress, onVectors } = context;
  const { vectors } = await embedTexts(loaded, [split], {
    ...(threads === undefined ? {} : { threads }),
    executionProvider: provider.name,
    cpuFallback,
    vectorCache: cacheFolder === undefined ? undefined : new VectorCache({ folder: join(cacheFolder, "vectors") }),
    onVectors,
    onEmbed: (done, total) => onProgress({ stage: "embed", done, total }),
  });
  const width = loaded.encoder.width;
  // Threads of folds share it.
  const table = new Float32Array(new SharedArrayBuffer(4 * texts.length * width));
  table.set(vectors[0]!.data);
  const placeOf = new Map(texts.map((text, place) => [text, place]));
  return (frame) => ({
    encoder: at,
    width,
    table,
    places: Int32Array.from(textColumn(frame, name).values, (text) => placeOf.get(text) ?? -1),
  });
}
