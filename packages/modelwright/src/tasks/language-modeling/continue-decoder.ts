import type { TextDocument } from "@modelwright/data";
import { documentRows, requireRows, trainDecoder } from "@modelwright/training";
import { decoderFiles, servedDecoder, tunedManifest } from "../decoder/decoder-files.ts";
import { endOfText } from "../decoder/end-of-text.ts";
import { loadDecoder } from "../decoder/load-decoder.ts";
import { tellModel } from "../tell-model.ts";
import { readAdapter } from "../text-encoder/read-adapter.ts";
import type { FittedLanguageModel, LanguageModelContext } from "./fitted-language-model.ts";
import type { ContinuedRecipe } from "./recipes.ts";

/**
 * Goes on with the pre-training of a published decoder, on running text in its own tokens. Undefined when training was stopped before its
 * end.
 */
export async function continueDecoder(
  { data, model, train }: ContinuedRecipe,
  { documents, ...context }: LanguageModelContext,
): Promise<FittedLanguageModel<"causal-language-modeling"> | undefined> {
  const { base, fineTune, lora, adapter, dropout, sequenceLength } = model;
  const option = "model.sequenceLength";
  const decoder = await loadDecoder(base, { ...context, option, maxLength: sequenceLength });
  const { pretrained, loaded, tokenizer, maxLength } = decoder;
  const endOfTextId = endOfText(loaded, { tokenizer, name: base });
  const { beginId, endIds } = loaded.generation;
  const own = beginId === undefined || beginId === endOfTextId ? {} : { beginOfTextId: beginId };
  const rows = (part: readonly TextDocument[]) =>
    documentRows(part, { tokenizer, ...own, endOfTextId, length: maxLength });
  const learnt = { train: rows(documents.train), validation: rows(documents.validation) };
  requireRows(learnt, { source: data.source, length: maxLength });
  const tuned = await trainDecoder(
    { loaded, packed: false, ...learnt },
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
  if (tuned.fit.status === "interrupted") return undefined;
  const graph = servedDecoder(loaded, tuned);
  const tokenizerConfig = { ...loaded.tokenizerConfig, model_max_length: maxLength };
  return {
    tokenizer,
    graph,
    files: () =>
      decoderFiles({
        base,
        loaded,
        tuned,
        graph,
        endIds: endIds.length > 0 ? endIds : [endOfTextId],
        tokenizerConfig,
      }),
    preprocessing: {
      tokenizer: "tokenizer.json",
      maxLength,
      endOfTextId,
      ...own,
    },
    model: tunedManifest({ base, loaded, tuned }, fineTune),
    state: tuned.fit.state,
    origin: {
      pretrained,
      sha256: loaded.sha256,
      graph: () => servedDecoder(loaded, { ...tuned, parameters: loaded.parameters }),
    },
  };
}
