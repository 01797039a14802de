import { ModelwrightError } from "@modelwright/contracts";
import { CHUNK_TOKENS, loadTokenizer, type TextDocument, type TextTokenizer, textChunks } from "@modelwright/data";
import { encodeModelParts, RandomSource } from "@modelwright/engine";
import {
  type BuiltModel,
  buildMaskedEncoder,
  checkMaxLength,
  countParameters,
  ENCODER_INPUT_NAMES,
  isAdapterParameter,
  type LoadedPretrained,
  type NamedTensors,
  type Parameters,
  publishedMaskedModel,
  resolvePretrained,
  writeSafetensors,
} from "@modelwright/models";
import { maskedTextRows, requireRows, type TunedMaskedEncoder, trainMaskedEncoder } from "@modelwright/training";
import { DEFAULT_LENGTH } from "../decoder/load-decoder.ts";
import { tellModel } from "../tell-model.ts";
import { checkVocabulary } from "../text-encoder/check-vocabulary.ts";
import { readAdapter } from "../text-encoder/read-adapter.ts";
import { adapterFiles, adapterManifest } from "../text-encoder/text-encoder-version.ts";
import { json, type VersionFiles } from "../version-files.ts";
import type { FittedLanguageModel, LanguageModelContext } from "./fitted-language-model.ts";
import { publishedTokenIds } from "./masked-token-ids.ts";
import type { ContinuedRecipe } from "./recipes.ts";

/**
 * Goes on with the pre-training of a published encoder: which tokens of running text are masked. Undefined when training was stopped before
 * its end.
 */
export async function continueEncoder(
  { data, model, train }: ContinuedRecipe,
  { documents, ...context }: LanguageModelContext,
): Promise<FittedLanguageModel<"masked-language-modeling"> | undefined> {
  const { base, fineTune, lora, adapter, dropout, sequenceLength } = model;
  const pretrained = await resolvePretrained(base, context);
  const loaded = await pretrained.load({ maskedHead: true });
  const { encoder } = loaded;
  if (encoder.maskedHead === undefined) {
    throw new ModelwrightError("MODEL_HEAD_UNFIT", {
      file: base,
      rule: "masked tokens are predicted by an encoder of a known family, from its config.json and model.safetensors",
      got: encoder.modelType,
      instead: "Name a folder of BERT, DistilBERT, RoBERTa, XLM-R, MPNet, ELECTRA, ModernBERT or DeBERTa.",
    });
  }
  const length = sequenceLength ?? Math.min(DEFAULT_LENGTH, encoder.maxLength);
  checkMaxLength(encoder, { option: "model.sequenceLength", name: pretrained.name, maxLength: length });
  const tokenizer = loadTokenizer(loaded.tokenizerJson);
  checkVocabulary(tokenizer, encoder, pretrained.name);
  const ids = publishedTokenIds(tokenizer, { padId: encoder.padId, name: base });
  const tokens = {
    pad: ids.padId,
    cls: ids.clsId,
    sep: ids.sepId,
    mask: ids.maskId,
    special: new Set(Object.values(ids)),
  };
  const random = RandomSource.fromSeed(train.seed).stream("masking");
  const inputs = encoder.inputs.map((input) => ENCODER_INPUT_NAMES[input]);
  const rows = (split: "train" | "validation") =>
    maskedTextRows(textChunks(encoded(documents[split], tokenizer), length - CHUNK_TOKENS), {
      tokens,
      vocabularySize: tokenizer.vocabularySize,
      random: random.stream(split),
      inputs,
    });
  const learnt = { train: rows("train"), validation: rows("validation") };
  requireRows(learnt, { source: data.source, length });
  const tell = tellModel(context, loaded.maskedHead === undefined ? `${base} under a fresh head` : base);
  let head: NamedTensors = new Map();
  const tuned = await trainMaskedEncoder(
    { pretrained: loaded, ...learnt },
    {
      ...train,
      fineTune,
      lora: adapter === undefined ? lora : await readAdapter(adapter, context),
      dropout,
      checkpoints: context.checkpoints,
      onBuilt: (all, trained) => {
        head = copyOfHead(all);
        tell(all, trained);
      },
      onEvent: context.onTraining,
      shouldStop: context.shouldStop,
    },
  );
  if (tuned.fit.status === "interrupted") return undefined;
  const graph = buildMaskedEncoder(encoder, tuned.parameters);
  const { sha256 = "" } = loaded;
  return {
    tokenizer,
    graph,
    files: () => filesOf({ base, loaded, tuned, graph, tokenizer, length, maskId: ids.maskId }),
    preprocessing: { tokenizer: "tokenizer.json", maxLength: length, ...ids, nextSentence: false },
    model: {
      architecture: encoder.modelType,
      base,
      baseSha256: sha256,
      fineTune,
      parameters: countParameters(tuned.parameters),
      trained: tuned.trained,
      ...(tuned.adapter === undefined ? {} : { adapter: adapterManifest(tuned.adapter) }),
    },
    state: tuned.fit.state,
    origin: {
      pretrained,
      sha256,
      graph: () => buildMaskedEncoder(encoder, new Map([...loaded.parameters, ...head])),
    },
  };
}

/** The head before it is trained, which may have been drawn. */
function copyOfHead(parameters: Parameters): NamedTensors {
  const own = [...parameters].filter(([name]) => name.startsWith("head.") && !isAdapterParameter(name));
  return new Map(own.map(([name, { tensor }]) => [name, { ...tensor, data: tensor.data.slice() } as typeof tensor]));
}

function encoded(documents: readonly TextDocument[], tokenizer: TextTokenizer): readonly Int32Array[] {
  return documents.map(({ sentences }) => tokenizer.encode(sentences.join("\n"), Number.POSITIVE_INFINITY));
}

interface ContinuedEncoder {
  readonly base: string;
  readonly loaded: LoadedPretrained;
  readonly tuned: TunedMaskedEncoder;
  readonly graph: BuiltModel;
  readonly tokenizer: TextTokenizer;
  readonly length: number;
  readonly maskId: number;
}

/** The files of a version that goes on with an encoder, under published names: a base for other tasks. */
function filesOf(continued: ContinuedEncoder): VersionFiles {
  const { base, loaded, tuned, graph, tokenizer, length, maskId } = continued;
  const { encoder, tokenizerJson } = loaded;
  return {
    "config.json": json({
      _name_or_path: base,
      architectures: [`${encoder.className}ForMaskedLM`],
      model_type: encoder.modelType,
      ...encoder.config,
      dtype: "float32",
    }),
    "tokenizer.json": JSON.stringify(tokenizerJson),
    "tokenizer_config.json": json({
      tokenizer_class: "PreTrainedTokenizerFast",
      model_max_length: length,
      pad_token: tokenizer.decode([encoder.padId], { keepSpecialTokens: true }),
      mask_token: tokenizer.decode([maskId], { keepSpecialTokens: true }),
    }),
    "onnx/model.onnx": () => encodeModelParts(graph.graph),
    "model.safetensors": () => writeSafetensors(publishedMaskedModel(encoder, tuned.parameters), { format: "pt" }),
    ...(tuned.adapter === undefined ? {} : adapterFiles(ofEncoder(tuned.adapter), base, "FEATURE_EXTRACTION")),
  };
}

/** Of an adapter what stands in the encoder: PEFT knows no head of masked tokens. */
function ofEncoder(adapter: NonNullable<TunedMaskedEncoder["adapter"]>): typeof adapter {
  return { ...adapter, trained: new Map([...adapter.trained].filter(([name]) => !name.startsWith("head."))) };
}
