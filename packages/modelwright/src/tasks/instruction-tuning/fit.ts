import type { Recipes } from "@modelwright/contracts";
import { type Conversation, conversationTokens, packSequences } from "@modelwright/data";
import { type BatchSource, packedRows, type TunedDecoder, trainDecoder } from "@modelwright/training";
import { type ChatReading, chatReading } from "../decoder/chat-reading.ts";
import { type BaseDecoder, loadDecoder } from "../decoder/load-decoder.ts";
import type { FitContext, LearningPart } from "../task.ts";
import { tellModel } from "../tell-model.ts";
import { readAdapter } from "../text-encoder/read-adapter.ts";

/** A decoder that was tuned on conversations, and what it was before. */
export interface FittedInstructionModel extends BaseDecoder {
  readonly tuned: TunedDecoder;
  readonly reading: ChatReading;
}

/** Tunes a decoder on what the assistant says. Undefined when training was stopped before its end. */
export async function fitInstructionModel(
  { model, train }: Recipes["instruction-tuning"],
  learning: LearningPart<readonly Conversation[]>,
  context: FitContext,
): Promise<FittedInstructionModel | undefined> {
  const { base, fineTune, lora, adapter, dropout } = model;
  const option = "model.maxLength";
  const decoder = await loadDecoder(base, { ...context, option, maxLength: model.maxLength });
  const { loaded, tokenizer, maxLength } = decoder;
  const reading = chatReading(loaded, { tokenizer, name: base });
  const rows = (conversations: readonly Conversation[]): BatchSource => {
    // The last token of a row is predicted, and not read.
    const how = { tokenizer, config: reading.config, endIds: new Set(reading.endIds), maxLength: maxLength + 1 };
    const texts = conversations.flatMap(({ messages }) => conversationTokens(messages, how));
    const predicted = texts.map(({ answered }) => answered);
    const ids = texts.map((text) => text.ids);
    return packedRows(packSequences(ids, { length: maxLength, predicted }));
  };
  const tuned = await trainDecoder(
    { loaded, packed: true, train: rows(learning.train), validation: rows(learning.validation) },
    {
      ...train,
      fineTune,
      lora: adapter === undefined ? lora : await readAdapter(adapter, context),
      dropout,
      checkpoints: context.checkpoints,
      onBuilt: tellModel(context, base),
      onEvent: context.onTraining,
      shouldStop: context.shouldStop,
    },
  );
  return tuned.fit.status === "interrupted" ? undefined : { ...decoder, tuned, reading };
}
