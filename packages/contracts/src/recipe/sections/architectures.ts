/** Networks that a recipe trains from nothing (`model.architecture` under `base: none`), and what each is. */
export const ARCHITECTURE_WORDS = {
  "text-cnn": "convolutions over tokens (Kim 2014)",
  lstm: "an LSTM that reads a text from its start (Hochreiter & Schmidhuber 1997)",
  bilstm: "an LSTM in both directions",
  dense: "the mean of the vectors of tokens through dense layers (Iyyer et al. 2015)",
  bert: "layers of attention (Devlin et al. 2019)",
} as const;

export type ArchitectureName = keyof typeof ARCHITECTURE_WORDS;

export const architectureNames = Object.keys(ARCHITECTURE_WORDS) as [ArchitectureName, ...ArchitectureName[]];

/** Width of one attention head: the width of `bert` is a multiple of it. */
export const HEAD_WIDTH = 32;

/** Sizes where a recipe does not say: width of the vectors of tokens and of what is made of them, layers one on top of the other. */
export const ARCHITECTURE_SIZES: Readonly<
  Record<ArchitectureName, { readonly width: number; readonly layers: number }>
> = {
  "text-cnn": { width: 64, layers: 1 },
  lstm: { width: 64, layers: 1 },
  bilstm: { width: 64, layers: 1 },
  dense: { width: 64, layers: 1 },
  bert: { width: 128, layers: 2 },
};
