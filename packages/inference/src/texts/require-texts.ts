import { ModelwrightError, showHttpValue } from "@modelwright/contracts";

/**
 * Checks what a program without types may get wrong, before it fails somewhere inside.
 * @throws {ModelwrightError} `MODEL_INPUT_INVALID` naming the text.
 */
export function requireTexts(texts: unknown): asserts texts is readonly string[] {
  const refuse = (path: string, rule: string, value: unknown) =>
    new ModelwrightError("MODEL_INPUT_INVALID", { path, rule, got: showHttpValue(value) });
  if (!Array.isArray(texts)) throw refuse("texts", "a list of texts", texts);
  const wrong = texts.findIndex((text) => typeof text !== "string");
  if (wrong >= 0) throw refuse(`texts[${wrong}]`, "a text", texts[wrong]);
}
