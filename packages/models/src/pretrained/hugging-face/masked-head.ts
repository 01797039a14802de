import type { ParameterNames, RenamedTensor } from "./parameter-names.ts";

/** The modules of a head that predicts masked tokens, by their published names. */
export interface MaskedHeadModules {
  /** A dense layer, a norm, and the bias of the product with the table of tokens. */
  readonly transform: string;
  readonly norm: string;
  readonly bias: string;
  /** Of the dense layer. Default: the encoder's. */
  readonly activation?: "gelu";
  /** What says whether a text follows another, and the layer below it. Absent: the family does not ask. */
  readonly nextSentence?: { readonly layer: string; readonly pooler: string };
}

/** Names of such a head's parameters in both directions. */
export function maskedHeadNames({ transform, norm, bias, nextSentence }: MaskedHeadModules): ParameterNames {
  const affine = {
    "head.transform": transform,
    ...(nextSentence === undefined
      ? {}
      : { "head.next_sentence": nextSentence.layer, "encoder.pooler": nextSentence.pooler }),
  };
  const rows: (readonly [ours: string, published: string, transposed: boolean])[] = [
    ...Object.entries(affine).flatMap(([ours, published]) => [
      [`${ours}.weight`, `${published}.weight`, true] as const,
      [`${ours}.bias`, `${published}.bias`, false] as const,
    ]),
    ["head.norm.weight", `${norm}.weight`, false],
    ["head.norm.bias", `${norm}.bias`, false],
    ["head.bias", bias, false],
  ];
  const table = (from: 0 | 1, to: 0 | 1) =>
    new Map(rows.map((row): [string, RenamedTensor] => [row[from], { name: row[to], turned: row[2] }]));
  const [forwards, backwards] = [table(1, 0), table(0, 1)];
  return {
    toOurs: (published) => forwards.get(published),
    toPublished: (ours) => backwards.get(ours),
  };
}
