import { createHash } from "node:crypto";
import { ModelwrightError } from "@modelwright/contracts";
import { charactersOf, readDocuments, splitDocuments, type TextDocument, textLanguage } from "@modelwright/data";
import { RandomSource } from "@modelwright/engine";
import { counted } from "../../wording/quantities.ts";
import { developmentOf } from "../development-of.ts";
import { HeldOut } from "../held-out.ts";
import type { DataContext, PreparedData } from "../task.ts";
import type { LanguageModelingRecipe } from "./recipes.ts";

/** Some hundred words: fewer tell little of a model. */
const FEW_CHARACTERS = 2000;

/**
 * Reads, limits and splits the documents of a recipe; exact copies leave, so that none is in two splits.
 *
 * @throws {ModelwrightError} `DATA_…`; `DATA_TEXT_TOO_SHORT` where a split cannot fill a row.
 */
export async function prepareDocuments(
  { data, model: { sequenceLength } }: Pick<LanguageModelingRecipe, "data" | "model">,
  { baseDir, onVersion }: DataContext,
): Promise<PreparedData<readonly TextDocument[]>> {
  const { source, query, encoding, lineEnds, split, limit } = data;
  const heard: string[] = [];
  const read = await readDocuments(source, {
    baseDir,
    onVersion,
    query,
    encoding,
    lineEnds,
    onWarning: (warning) => heard.push(warning),
  });
  const distinct = [...new Map(read.map((document) => [document.sentences.join("\n"), document])).values()];
  const documents = limit === undefined ? distinct : drawn(distinct, { limit, seed: split.seed });
  const { train: others, validation: test } = splitDocuments(documents, { validation: split.test, seed: split.seed });
  const { train, validation } = splitDocuments(others, {
    validation: split.validation / (1 - split.test),
    seed: split.seed,
  });
  const sizes = { train, validation, test };
  for (const [name, part] of Object.entries(sizes)) {
    // A token has a character or more.
    if (sequenceLength !== undefined && characters(part) < sequenceLength) {
      throw new ModelwrightError("DATA_TEXT_TOO_SHORT", { source, split: name, tokens: sequenceLength });
    }
  }
  const counts = Object.entries(sizes).map(
    ([name, part]) => `${name} ${counted(part.length, "document")} with ${counted(characters(part), "character")}`,
  );
  const copies = read.length - distinct.length;
  const steps = [
    { name: "read", detail: source, rows: read.length },
    ...(copies > 0
      ? [
          {
            name: "exact duplicates",
            detail: `dropped ${copies.toLocaleString("en-US")} copies`,
            rows: distinct.length,
          },
        ]
      : []),
    ...(documents.length < distinct.length
      ? [{ name: "limit", detail: `drawn by seed ${split.seed}`, rows: documents.length }]
      : []),
    { name: "split", detail: `${counts.join(", ")} (seed ${split.seed})`, rows: documents.length },
  ];
  const warnings: string[] =
    documents.length === 1
      ? ["a single document: its end is the test split, so no interval can be given"]
      : test.length === 1
        ? ["a single test document: no interval can be given"]
        : [];
  const tested = characters(test);
  if (tested < FEW_CHARACTERS) {
    warnings.push(`the test split has ${counted(tested, "character")}: its perplexity is a rough guess`);
  }
  return {
    learning: { train, validation },
    test: new HeldOut(test, test.length),
    development: developmentOf([...train, ...validation], {
      // A document of which the end validates is one all the same.
      togetherOf: ({ id }) => id,
      split,
    }),
    digest: digestOf(sizes),
    language: textLanguage(train.map(({ sentences }) => sentences.join(" "))),
    report: { steps, warnings: [...heard, ...warnings], fields: "running text" },
  };
}

function characters(documents: readonly TextDocument[]): number {
  return documents.reduce((sum, document) => sum + charactersOf(document), 0);
}

function drawn(
  documents: readonly TextDocument[],
  { limit, seed }: { readonly limit: number; readonly seed: number },
): readonly TextDocument[] {
  const order = RandomSource.fromSeed(seed).stream("limit").shuffle(Int32Array.from(documents.keys()));
  return Array.from(order.subarray(0, limit).sort(), (index) => documents[index]!);
}

function digestOf(splits: Readonly<Record<string, readonly TextDocument[]>>): string {
  const hash = createHash("sha256");
  for (const [name, documents] of Object.entries(splits)) {
    hash.update(`${name}\n`);
    for (const { id, sentences } of documents) hash.update(`${JSON.stringify([id, ...sentences])}\n`);
  }
  return hash.digest("hex");
}
