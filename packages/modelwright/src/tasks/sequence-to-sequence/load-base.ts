import { ModelwrightError, NO_BASE, type Recipes, type ScratchSizes } from "@modelwright/contracts";
import { loadTokenizer, type TextTokenizer, type TokenizerJson, trainTokenizer } from "@modelwright/data";
import {
  type EncoderDecoder,
  type ParameterNames,
  type Parameters,
  type PublishedModel,
  type ReferenceContext,
  resolvePretrainedEncoderDecoder,
  t5,
  t5ParameterNames,
} from "@modelwright/models";
import { checkVocabulary } from "../text-encoder/check-vocabulary.ts";
import type { RewrittenRows } from "./rows.ts";

type Model = Recipes["sequence-to-sequence"]["model"];

/** A model as it is before a run trains it. */
export interface BaseModel {
  readonly model: EncoderDecoder;
  readonly names: ParameterNames;
  readonly tokenizer: TextTokenizer;
  readonly tokenizerJson: object;
  /** Of `tokenizer_config.json`. */
  readonly tokenizerConfig: Readonly<Record<string, unknown>>;
  /** Tokens that end a text; the first is learnt. */
  readonly endIds: readonly number[];
  /** What was published. Absent: it starts from nothing. */
  readonly published?: {
    readonly about: PublishedModel;
    readonly parameters: Parameters;
    readonly sha256: string;
  };
}

/**
 * The model that a recipe names.
 *
 * @param rows What a tokenizer is trained on, where there is no base.
 * @throws {ModelwrightError} For a model that is not known, or of which no file names a token that ends a text.
 */
export function loadBase(model: Model, rows: RewrittenRows, context: ReferenceContext): Promise<BaseModel> {
  return model.base === NO_BASE
    ? fromNothing(model as Pick<Model, "prefix"> & ScratchSizes, rows)
    : fromPublished(model, context);
}

const [PAD, END, UNKNOWN] = ["<pad>", "</s>", "[UNK]"] as const;

async function fromNothing(
  { prefix, ...sizes }: Pick<Model, "prefix"> & ScratchSizes,
  rows: RewrittenRows,
): Promise<BaseModel> {
  const { tokenizer: kind, width, layers, heads } = sizes;
  const special = kind === "byte-pair" ? [PAD, END] : [PAD, END, UNKNOWN];
  const texts = rows.flatMap(({ text, output }) => [prefix + text, output]);
  const { vocabularySize = worthwhileVocabulary(texts) } = sizes;
  const trained = await trainTokenizer({ kind, texts, vocabularySize, specialTokens: special });
  const tokenizerJson = endingTexts(trained, { padId: special.indexOf(PAD), endId: special.indexOf(END) });
  const tokenizer = loadTokenizer(tokenizerJson);
  return {
    model: t5({
      vocabularySize: tokenizer.vocabularySize,
      width,
      layers,
      heads,
      innerWidth: 4 * width,
      padId: special.indexOf(PAD),
    }),
    names: t5ParameterNames,
    tokenizer,
    tokenizerJson,
    tokenizerConfig: { pad_token: PAD, eos_token: END, ...(kind === "byte-pair" ? {} : { unk_token: UNKNOWN }) },
    endIds: [special.indexOf(END)],
  };
}

/** Characters of the texts for each token: with fewer, tokens are too rare to be learnt; with more, words stay cut into letters. */
const CHARACTERS_PER_TOKEN = 50;

function worthwhileVocabulary(texts: readonly string[]): number {
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  return Math.min(8000, Math.max(257, Math.floor(characters / CHARACTERS_PER_TOKEN)));
}

/** A tokenizer that puts the end behind each text, as T5's does. */
function endingTexts(
  json: TokenizerJson,
  { padId, endId }: { readonly padId: number; readonly endId: number },
): object {
  const end = { SpecialToken: { id: END, type_id: 0 } };
  const text = (id: "A" | "B") => ({ Sequence: { id, type_id: 0 } });
  return {
    ...json,
    padding: {
      strategy: "BatchLongest",
      direction: "Right",
      pad_to_multiple_of: null,
      pad_id: padId,
      pad_type_id: 0,
      pad_token: PAD,
    },
    post_processor: {
      type: "TemplateProcessing",
      single: [text("A"), end],
      pair: [text("A"), end, text("B"), end],
      special_tokens: { [END]: { id: END, ids: [endId], tokens: [END] } },
    },
  };
}

async function fromPublished({ base }: Model, context: ReferenceContext): Promise<BaseModel> {
  const about = await resolvePretrainedEncoderDecoder(base, context);
  const { model, parameters, tokenizerJson, tokenizerConfig, generation, names, sha256 } = await about.load();
  const { endIds } = generation;
  if (endIds.length === 0) {
    throw new ModelwrightError("MODEL_CONFIG_INVALID", {
      file: `${base}/config.json`,
      field: "eos_token_id",
      rule: "must name the token that ends a text, here or in generation_config.json",
      got: "nothing",
    });
  }
  const tokenizer = loadTokenizer(tokenizerJson);
  checkVocabulary(tokenizer, model, about.name);
  const published = { about, parameters, sha256 };
  return { model, names, tokenizer, tokenizerJson, tokenizerConfig, endIds, published };
}
