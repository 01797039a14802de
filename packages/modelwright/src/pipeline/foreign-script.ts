import type { ModelManifest } from "@modelwright/contracts";
import { dominantScript, sampleOfTexts } from "@modelwright/data";
import { scriptName } from "../wording/languages.ts";

/** Warns of texts in another script than those that a version learnt from; not of versions that do not tell theirs. */
export function foreignScript(
  { lineage }: { readonly lineage: Pick<ModelManifest["lineage"], "script"> },
  texts: readonly string[],
): string[] {
  const found = dominantScript(sampleOfTexts(texts));
  if (lineage.script === undefined || found === undefined || found.script === lineage.script) return [];
  return [
    `most letters here are ${scriptName(found.script)}, and the model learnt from texts in ${scriptName(lineage.script)} script: do not rely on its answers`,
  ];
}
