import type { z } from "zod";
import { report } from "./values.ts";

/**
 * Refuses candidates that are named twice, and those of a recipe that names its model.
 *
 * @param usual What `kind: auto` tries where a recipe does not say.
 */
export function checkCandidates(
  { kind, candidates }: { readonly kind: string; readonly candidates: readonly string[] },
  usual: readonly string[],
  context: z.RefinementCtx,
): void {
  const repeated = candidates.find((each, i) => candidates.indexOf(each) !== i);
  if (repeated !== undefined)
    report(context, "model.candidates", { rule: `names ${repeated} twice`, instead: "name each model once" });
  if (kind === "auto" || candidates.join() === usual.join()) return;
  report(context, "model.candidates", {
    rule: `is for model.kind "auto", not for "${kind}"`,
    instead: "write model.kind: auto, or leave it out",
  });
}
