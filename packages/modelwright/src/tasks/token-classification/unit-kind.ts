import type { Recipes } from "@modelwright/contracts";
import { dominantScript, hasWordSpaces, sampleOfTexts, type UnitKind } from "@modelwright/data";

/** What has a tag in training texts: words where their script puts spaces between them, unless the recipe says. */
export function unitKind({ units }: Recipes["token-classification"]["model"], texts: readonly string[]): UnitKind {
  if (units !== "auto") return units;
  const found = dominantScript(sampleOfTexts(texts));
  return found === undefined || hasWordSpaces(found.script) ? "words" : "characters";
}
