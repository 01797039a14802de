import { sentencePairs, type TextDocument, type TextTokenizer } from "@modelwright/data";
import {
  type BertConfig,
  type BuiltModel,
  bert,
  buildModel,
  givenParameters,
  INFERENCE,
  maskedLanguageModel,
  type Parameters,
} from "@modelwright/models";
import { maskedObjective } from "./masked-objective.ts";
import {
  modelSizes,
  type PretrainedLanguageModel,
  type PretrainingOptions,
  pretrain,
  requireToken,
} from "./pretrain.ts";

const TOKENS = { pad: "[PAD]", unknown: "[UNK]", cls: "[CLS]", sep: "[SEP]", mask: "[MASK]" } as const;

/**
 * Pre-trains a BERT from scratch: masked words and next sentences.
 *
 * Writes a folder in the layout that transformers.js and Optimum read: `config.json`, `tokenizer.json`, `onnx/model.onnx` (`input_ids`,
 * `attention_mask`, `token_type_ids` to `logits` and `seq_relationship_logits`) and `model.safetensors`, whose `encoder.` parameters are those of
 * `bert(config)`. Started again with the same options after it was killed, it goes on from its checkpoint, to the same bits.
 *
 * @throws {ModelwrightError} `DATA_EMPTY`, `TOKENIZER_INVALID`, `TRAINING_DIVERGED`, `TRAINING_CHECKPOINT_MISMATCH`.
 */
export function pretrainMaskedLanguageModel(options: PretrainingOptions): Promise<PretrainedLanguageModel> {
  return pretrain(options, {
    specialTokens: () => Object.values(TOKENS),
    prepare: ({ tokenizer, documents, sequenceLength, seed }) => {
      const ids = idsOf(tokenizer);
      const encode = (part: readonly TextDocument[]) =>
        part.map(({ sentences }) => sentences.map((sentence) => tokenizer.encode(sentence, Number.POSITIVE_INFINITY)));
      const pairs = (part: readonly TextDocument[]) =>
        sentencePairs({ documents: encode(part), length: sequenceLength - 3, seed });
      const config: BertConfig = {
        ...modelSizes(options),
        vocabularySize: tokenizer.vocabularySize,
        positions: sequenceLength,
        tokenTypes: 2,
      };
      const tokens = { ...ids, special: new Set(Object.values(ids)) };
      const [train, validation] = [pairs(documents.train), pairs(documents.validation)];
      return {
        objective: maskedObjective({ config, tokens, train, validation, seed }),
        config: {
          architectures: ["BertForPreTraining"],
          model_type: "bert",
          ...bert(config).config,
          pad_token_id: ids.pad,
        },
        prediction: (parameters) => maskedPrediction(config, parameters),
      };
    },
  });
}

function maskedPrediction(config: BertConfig, parameters: Parameters): BuiltModel {
  return buildModel({
    name: "masked-language-model",
    source: givenParameters(parameters, "parameters"),
    build: INFERENCE,
    body: (c) => {
      const input = (name: string) => c.b.input(name, "int64", ["batch", "sequence"]);
      const inputIds = input("input_ids");
      const attentionMask = input("attention_mask");
      const tokenTypeIds = input("token_type_ids");
      const { words, nextSentence } = maskedLanguageModel(c, config, { inputIds, attentionMask, tokenTypeIds });
      return {
        inputs: [inputIds, attentionMask, tokenTypeIds],
        outputs: { logits: words, seq_relationship_logits: nextSentence },
      };
    },
  });
}

function idsOf(tokenizer: TextTokenizer): Readonly<Record<keyof typeof TOKENS, number>> {
  const entries = Object.entries(TOKENS).map(([role, token]) => [role, requireToken(tokenizer, token)]);
  return Object.fromEntries(entries) as Record<keyof typeof TOKENS, number>;
}
