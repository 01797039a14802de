import { asContrastive } from "@modelwright/contracts";
import type { FittedTextEncoder } from "../fit-text-encoder.ts";
import type { Candidate, Pace } from "./candidate.ts";
import { type NetworkTask, trainedInPasses } from "./network-candidates.ts";

/** Passes without which pairs have not moved the encoder far. */
const LEAST_EPOCHS = 3;
/** Texts that an update reads of each row. */
const TEXTS = 2;

/** Every weight is tuned by pairs of rows with one label, then the head is trained on the vectors. */
export function contrastiveCandidate(network: NetworkTask): Candidate<FittedTextEncoder> {
  const { recipe, isOnly } = network;
  return trainedInPasses(network, {
    name: "contrastive",
    title: `${recipe.model.base}, tuned by pairs of rows`,
    recipe: isOnly ? recipe : asContrastive(recipe),
    // Beside others, what was measured are updates that read one text of each row.
    paceOf: ({ pretrained }) => (isOnly ? pretrained! : readingTwice(pretrained!)),
    leastEpochs: LEAST_EPOCHS,
  });
}

function readingTwice({ secondsPerText, secondsPerStep, setupSeconds }: Pace): Pace {
  return {
    secondsPerText: TEXTS * secondsPerText,
    ...(secondsPerStep === undefined ? {} : { secondsPerStep: TEXTS * secondsPerStep }),
    setupSeconds,
  };
}
