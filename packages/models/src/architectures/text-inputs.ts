import type { TensorSpec } from "../model-definition.ts";

const IDS: TensorSpec = { dtype: "int64", shape: ["batch", "sequence"] };

/** What models of padded texts read: ids, and 1 where a token stands, 0 for the padding at the end. */
export const PADDED_TEXT = { input_ids: IDS, attention_mask: IDS } as const;

/** What models of pairs read beside: the type of each token, 0 for padding. */
export const TOKEN_TYPES = { token_type_ids: IDS } as const;

/** A class for each row. */
export const LABEL = { labels: { dtype: "int64", shape: ["batch"] } } as const;

/** A class for each token, or the ignored label. */
export const PIECE_LABELS = { labels: IDS } as const;
