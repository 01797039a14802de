import type { FittedTextEncoder } from "../fit-text-encoder.ts";
import type { Candidate } from "./candidate.ts";
import { type NetworkTask, trainedInPasses } from "./network-candidates.ts";

/** Passes without which pairs have not moved the encoder far. */
const LEAST_EPOCHS = 3;

/** Every weight is tuned by pairs of rows with one label, then the head is trained on the vectors: no candidate beside others. */
export function contrastiveCandidate(network: NetworkTask): Candidate<FittedTextEncoder> {
  const { recipe } = network;
  return trainedInPasses(network, {
    name: "contrastive",
    title: `${recipe.model.base}, tuned by pairs of rows`,
    recipe,
    paceOf: ({ pretrained }) => pretrained!,
    leastEpochs: LEAST_EPOCHS,
  });
}
