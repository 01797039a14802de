import { ARCHITECTURE_SIZES, type ArchitectureName, HEAD_WIDTH } from "@modelwright/contracts";
import { averagedEncoder, bert, type Encoder, lstmEncoder, textCnnEncoder } from "@modelwright/models";
import type { EncoderRecipe, TextEncoderRecipe } from "./text-encoder-recipe.ts";

/** What a token of a network from scratch is. */
export type Units = Exclude<TextEncoderRecipe["model"]["units"], "auto">;

/** What decides the layers of a network from scratch. */
interface NetworkSizes {
  readonly vocabularySize: number;
  readonly padId: number;
  readonly units: Units;
  /** Whether it reads pairs of texts. */
  readonly pairs: boolean;
  readonly width: number;
  readonly layers: number;
  /** The longest text that it reads, in tokens. */
  readonly maxLength: number;
}

/** A network that is trained from nothing. */
export interface Architecture {
  /** Its name among the candidates of a run. */
  readonly candidate: string;
  readonly title: string;
  encoder(sizes: NetworkSizes): Encoder;
}

/** Tokens that a filter sees at once: characters tell less than words. */
const KERNELS = { characters: [2, 3, 4], words: [1, 2, 3], subwords: [1, 2, 3] } as const;
/** The width of a feed-forward layer over that of the vectors. */
const INNER = 4;

/** Networks by `model.architecture`. */
export const ARCHITECTURES: Readonly<Record<ArchitectureName, Architecture>> = {
  "text-cnn": {
    candidate: "cnn",
    title: "TextCNN",
    encoder: ({ vocabularySize: vocabulary, width, units, padId }) =>
      textCnnEncoder({ vocabulary, width, kernels: KERNELS[units], features: width, padId }),
  },
  lstm: {
    candidate: "lstm",
    title: "LSTM",
    encoder: (sizes) => lstmEncoder({ ...sizes, embeddingWidth: sizes.width, bidirectional: false }),
  },
  bilstm: {
    candidate: "bilstm",
    title: "LSTM in both directions",
    encoder: (sizes) => lstmEncoder({ ...sizes, embeddingWidth: sizes.width, bidirectional: true }),
  },
  dense: {
    candidate: "dense",
    title: "Embedding under dense layers",
    encoder: (sizes) => averagedEncoder({ ...sizes, embeddingWidth: sizes.width }),
  },
  bert: {
    candidate: "bert",
    title: "BERT",
    encoder: ({ maxLength: positions, width, pairs, ...sizes }) =>
      bert({
        ...sizes,
        width,
        heads: width / HEAD_WIDTH,
        innerWidth: INNER * width,
        positions,
        tokenTypes: pairs ? 2 : 0,
        pooling: "mean",
        normPlacement: "pre",
      }),
  },
};

/** The network that a recipe names, in the sizes that it names. */
export function architectureOf(
  { architecture, width, layers, maxLength }: EncoderRecipe["model"],
  tokens: Pick<NetworkSizes, "vocabularySize" | "padId" | "units" | "pairs">,
): Encoder {
  const sizes = ARCHITECTURE_SIZES[architecture];
  return ARCHITECTURES[architecture].encoder({
    ...tokens,
    width: width ?? sizes.width,
    layers: layers ?? sizes.layers,
    maxLength,
  });
}
