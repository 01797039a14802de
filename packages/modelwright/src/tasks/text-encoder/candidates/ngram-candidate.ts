import { type NgramModel, type NgramTraining, ngramEpochs, trainNgramModel } from "@modelwright/training";
import type { Candidate } from "./candidate.ts";
import type { Reached } from "./candidate-event.ts";

/** A linear model on TF-IDF vectors, and the texts it was made from: none but its own terms. */
export interface FittedNgrams {
  readonly kind: "tfidf";
  readonly model: NgramModel;
}

/** Terms per character of a text, as its vector has them. */
const TERMS_PER_CHARACTER = 3;
/** Seconds for a character until texts are vectors, and for a weight that a row moves. */
const SECONDS = { perCharacter: 4e-6, perWeight: 3e-9 };
/** Learning rates that are tried. */
const TRAININGS = 2;

/** TF-IDF over characters and words under a linear model: no language, no network, done in seconds. */
export function ngramCandidate({
  training,
  reached,
}: {
  readonly training: Omit<NgramTraining, "onProgress" | "shouldStop">;
  readonly reached: (model: NgramModel) => Reached;
}): Candidate<FittedNgrams> {
  return {
    name: "tfidf",
    title: "linear model on words and characters",
    estimate: ({ rows, outputs, characters }) => {
      const moved = TRAININGS * ngramEpochs(rows) * characters * TERMS_PER_CHARACTER * outputs;
      return { seconds: characters * SECONDS.perCharacter + moved * SECONDS.perWeight };
    },
    fit: async (_, context) => {
      const model = await trainNgramModel({
        ...training,
        onProgress: (share) => context.onProgress({ stage: "tfidf", done: Math.round(share * 100), total: 100 }),
        shouldStop: context.shouldStop,
      });
      if (model === undefined) return undefined;
      context.onModel({ base: "tfidf", parameters: model.parameters, trained: model.parameters });
      return { kind: "tfidf", model };
    },
    reached: ({ model }) => reached(model),
  };
}
