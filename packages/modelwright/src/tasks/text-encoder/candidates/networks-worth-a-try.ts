import type { TextItem } from "@modelwright/contracts";
import { wholeText } from "@modelwright/data";
import type { ReferenceContext } from "@modelwright/models";
import type { LearningPart } from "../../task.ts";
import { encoderSource } from "../encoder-source.ts";
import { readingOf } from "../language-check.ts";
import type { TextEncoderRecipe } from "../text-encoder-recipe.ts";

/** Which networks may be the best for some texts. */
export interface NetworksWorthATry {
  /** One that learns from the training rows alone. */
  readonly scratch: boolean;
  /** One that has read other texts before. */
  readonly pretrained: boolean;
}

/** With fewer rows per output, of texts that an encoder reads, TF-IDF was ahead wherever it was measured: decision 048. */
const MANY_ROWS = 5000;

/** Decides by the texts which networks are candidates, so that no time goes into one that has no chance. */
export async function networksWorthATry(
  recipe: TextEncoderRecipe,
  options: {
    readonly texts: LearningPart<readonly TextItem[]>;
    readonly outputs: number;
    readonly context: ReferenceContext;
  },
): Promise<NetworksWorthATry> {
  const { texts, outputs, context } = options;
  const encoder = await encoderSource(recipe, context).check();
  if (encoder === undefined) return { scratch: true, pretrained: false };
  if (recipe.model.fineTune !== "auto") return { scratch: false, pretrained: true };
  const { isForeign, isUnreadable } = readingOf(texts.train.map(wholeText), encoder);
  return { scratch: isForeign || texts.train.length >= MANY_ROWS * outputs, pretrained: !isUnreadable };
}
