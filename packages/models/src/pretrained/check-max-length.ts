import { ModelwrightError } from "@modelwright/contracts";
import type { Encoder } from "../architectures/encoder.ts";

/**
 * Refuses to cut texts to a length that a model cannot read.
 *
 * @param options.option What set the length, for the message: `model.maxLength`.
 * @param options.name The model's name, for the message.
 * @throws {ModelwrightError} `MODEL_LENGTH_UNREADABLE`.
 */
export function checkMaxLength(
  encoder: Pick<Encoder, "maxLength">,
  { option, name, maxLength }: { readonly option: string; readonly name: string; readonly maxLength: number },
): void {
  if (maxLength <= encoder.maxLength) return;
  throw new ModelwrightError("MODEL_LENGTH_UNREADABLE", { option, name, longest: encoder.maxLength, got: maxLength });
}
