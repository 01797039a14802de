import { NO_BASE } from "@modelwright/contracts";
import { hasWordSpaces, loadTokenizer, textLanguage, trainTokenizer } from "@modelwright/data";
import { RandomSource } from "@modelwright/engine";
import {
  checkMaxLength,
  drawTextEncoder,
  type LoadedPretrained,
  type PretrainedModel,
  type ReferenceContext,
  resolvePretrained,
} from "@modelwright/models";
import { importedWords } from "../../wording/imported-graph.ts";
import { ARCHITECTURES, architectureOf, type Units } from "./architectures.ts";
import { checkVocabulary } from "./check-vocabulary.ts";
import { isPairRecipe } from "./is-pair-recipe.ts";
import type { EncoderRecipe } from "./text-encoder-recipe.ts";

/** An encoder as it is before a run trains it. */
export interface LoadedEncoder extends LoadedPretrained {
  /** What it is, in a few words. */
  readonly title: string;
  /** What somebody has trained before; absent: nobody has. */
  readonly pretrained?: PretrainedModel;
  /** What its tokens are, where its vocabulary was learnt from the training texts. */
  readonly units?: Units;
}

/** What of an encoder is held against the texts that it will read. */
export interface CheckedEncoder extends Pick<PretrainedModel, "name" | "languages"> {
  readonly tokenizerJson: object;
}

/** Where the encoder of a recipe comes from. */
export interface EncoderSource {
  /**
   * Checks what can be known of the encoder before any data is read. Undefined where it has read nothing.
   *
   * @throws {ModelwrightError} For an encoder that is not known, or that reads fewer tokens than the recipe asks for.
   */
  check(): Promise<CheckedEncoder | undefined>;
  /** @param texts The training texts, from which a vocabulary may be learnt. */
  load(texts: readonly string[]): Promise<LoadedEncoder>;
}

/** The pretrained encoder that a recipe names, or one from scratch. */
export function encoderSource(recipe: EncoderRecipe, context: ReferenceContext): EncoderSource {
  return recipe.model.base === NO_BASE ? fromScratch(recipe) : pretrainedSource(recipe.model, context);
}

/** What names a pretrained encoder, and how many tokens it is to read. */
type PretrainedReference = Pick<EncoderRecipe["model"], "base" | "maxLength"> &
  Partial<Pick<EncoderRecipe["model"], "file" | "head" | "tokenizer">>;

export function pretrainedSource(
  { base, maxLength, file, head, tokenizer }: PretrainedReference,
  given: ReferenceContext,
): EncoderSource & { load(): Promise<LoadedEncoder> } {
  const context = { ...given, file, head, tokenizer };
  return {
    check: async () => {
      const { name, languages, load } = await resolvePretrained(base, context);
      const { encoder, tokenizerJson } = await load();
      checkMaxLength(encoder, { option: "model.maxLength", name, maxLength });
      checkVocabulary(loadTokenizer(tokenizerJson), encoder, name);
      return { name, languages, tokenizerJson };
    },
    load: async () => {
      const pretrained = await resolvePretrained(base, context);
      const loaded = await pretrained.load();
      const title = loaded.imported === undefined ? base : `${base} (${importedWords(loaded.imported)})`;
      return { ...loaded, title, pretrained };
    },
  };
}

const SPECIAL_TOKENS = ["[PAD]", "[UNK]"];
/** Of a tokenizer that puts two texts together. */
const PAIR_TOKENS = [...SPECIAL_TOKENS, "[CLS]", "[SEP]"];
const TOKENIZERS = { characters: "character", words: "word", subwords: "word-piece" } as const;

function fromScratch(recipe: EncoderRecipe): EncoderSource {
  const { model, train } = recipe;
  const pairs = isPairRecipe(recipe);
  const { title } = ARCHITECTURES[model.architecture];
  return {
    check: async () => undefined,
    load: async (texts) => {
      const units = model.units === "auto" ? unitsOf(texts) : model.units;
      const tokenizerJson = await trainTokenizer({
        kind: TOKENIZERS[units],
        texts,
        vocabularySize: model.vocabularySize,
        specialTokens: pairs ? PAIR_TOKENS : SPECIAL_TOKENS,
      });
      const { vocabularySize, padId } = loadTokenizer(tokenizerJson);
      const encoder = architectureOf(model, { vocabularySize, padId, units, pairs });
      const parameters = drawTextEncoder(encoder, RandomSource.fromSeed(train.seed).stream("parameters"));
      return { encoder, parameters, tokenizerJson, title: `${title} on ${units}`, units };
    },
  };
}

/** Words where the language of texts puts spaces between them. */
function unitsOf(texts: readonly string[]): Units {
  const script = textLanguage(texts)?.script;
  return script === undefined || hasWordSpaces(script) ? "words" : "characters";
}
