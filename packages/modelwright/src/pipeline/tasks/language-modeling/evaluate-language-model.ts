import { readDocuments } from "@modelwright/data";
import { bootstrapLanguageModel } from "@modelwright/evaluation";
import type { EvaluateOptions, EvaluateResult } from "../../evaluate.ts";
import type { LocalVersion } from "../../local-version.ts";
import { LANGUAGE_MODEL_KINDS } from "./language-model-kinds.ts";

const SEED = 7;

/** Judges a language model on running text. */
export async function evaluateLanguageModel(version: LocalVersion, options: EvaluateOptions): Promise<EvaluateResult> {
  const { name, version: number, manifest } = version;
  if (manifest.task === "text-classification") throw new Error("a version of another task");
  const { source, seed = SEED, bootstrap: resamples = 1000, onProgress } = options;
  const documents = await readDocuments(source, { baseDir: process.cwd() });
  const model = await LANGUAGE_MODEL_KINDS[manifest.task].load(version);
  try {
    const scores = await model.score(documents, { seed, ...(onProgress === undefined ? {} : { onProgress }) });
    const judged = scores.filter(({ pieces }) => pieces > 0);
    return {
      name,
      version: number,
      rows: judged.length,
      measures: bootstrapLanguageModel(judged, { resamples, seed }),
      skipped:
        judged.length < scores.length
          ? [{ rows: scores.length - judged.length, reason: "documents without a piece to foretell" }]
          : [],
    };
  } finally {
    model.release();
  }
}
