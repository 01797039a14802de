import type { Recipes } from "@modelwright/contracts";
import { countParameters, isAdapterParameter } from "@modelwright/models";
import { type BatchSource, sourceTargetRows, type TunedDecoder, trainEncoderDecoder } from "@modelwright/training";
import type { FitContext, LearningPart } from "../task.ts";
import { readAdapter } from "../text-encoder/read-adapter.ts";
import { type BaseModel, loadBase } from "./load-base.ts";
import { readingWarnings } from "./reading-warnings.ts";
import type { RewrittenRows } from "./rows.ts";

/** A model that was trained to write texts from others, and what it was before. */
export interface FittedSequenceToSequence extends BaseModel {
  readonly tuned: TunedDecoder;
}

/** Trains an encoder with a decoder on pairs of texts. Undefined when training was stopped before its end. */
export async function fitSequenceToSequence(
  { model, train }: Recipes["sequence-to-sequence"],
  learning: LearningPart<RewrittenRows>,
  context: FitContext,
): Promise<FittedSequenceToSequence | undefined> {
  const { base: name, fineTune, lora, adapter, dropout } = model;
  const base = await loadBase(model, learning.train, context);
  for (const warning of readingWarnings(learning.train, base, model)) context.onWarning?.(warning);
  const tuned = await trainEncoderDecoder(
    {
      model: base.model,
      parameters: base.published?.parameters,
      train: rowsOf(learning.train, base, model),
      validation: rowsOf(learning.validation, base, model),
    },
    {
      ...train,
      fineTune,
      lora: adapter === undefined ? lora : await readAdapter(adapter, context),
      dropout,
      checkpoints: context.checkpoints,
      onBuilt: (all, trained) => {
        const plain = new Map([...all].filter(([parameter]) => !isAdapterParameter(parameter)));
        context.onModel({
          base: base.published === undefined ? `${base.model.modelType} from scratch` : name,
          parameters: countParameters(plain),
          trained: countParameters(trained),
        });
      },
      onEvent: context.onTraining,
      shouldStop: context.shouldStop,
    },
  );
  return tuned.fit.status === "interrupted" ? undefined : { ...base, tuned };
}

function rowsOf(
  rows: RewrittenRows,
  { tokenizer, model, endIds }: BaseModel,
  { prefix, maxSourceLength, maxTargetLength }: Recipes["sequence-to-sequence"]["model"],
): BatchSource {
  const { padId, startId } = model;
  return sourceTargetRows({
    sources: rows.map(({ text }) => tokenizer.read(prefix + text, maxSourceLength)),
    targets: rows.map(({ output }) => Int32Array.of(...tokenizer.encode(output, maxTargetLength - 1), endIds[0]!)),
    padId,
    startId,
  });
}
