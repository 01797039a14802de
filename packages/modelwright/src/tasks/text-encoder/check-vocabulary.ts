import { ModelwrightError } from "@modelwright/contracts";
import type { TextTokenizer } from "@modelwright/data";
import type { Encoder } from "@modelwright/models";

/**
 * Refuses a tokenizer that gives ids for which the model has no vectors.
 *
 * @param name The model's name, for the message.
 * @throws {ModelwrightError} `MODEL_CONFIG_INVALID`.
 */
export function checkVocabulary(
  tokenizer: TextTokenizer,
  encoder: Pick<Encoder, "vocabularySize">,
  name: string,
): void {
  if (tokenizer.vocabularySize <= encoder.vocabularySize) return;
  throw new ModelwrightError("MODEL_CONFIG_INVALID", {
    file: `${name}/tokenizer.json`,
    field: "model.vocab",
    rule: `must have ids below ${encoder.vocabularySize}: for more the model has no vectors`,
    got: `ids up to ${tokenizer.vocabularySize - 1}`,
  });
}
