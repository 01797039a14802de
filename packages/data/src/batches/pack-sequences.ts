/** Rows that hold several texts each, for a causal language model. All arrays are `[rows, length]`, row by row. */
export interface PackedSequences {
  /** Padded with 0. */
  readonly inputIds: BigInt64Array;
  /** The id that follows in the same text; the ignored label where there is padding. */
  readonly labels: BigInt64Array;
  /** 1, 2, 3 … for the texts of a row, 0 for padding. */
  readonly segmentIds: BigInt64Array;
  /** 0, 1, 2 … anew in each text, so that a text is read as if it stood alone. */
  readonly positionIds: BigInt64Array;
  readonly shape: [rows: number, length: number];
}

export interface PackSequencesOptions {
  /** Positions of a row. */
  readonly length: number;
  /** Default −100. */
  readonly ignoredLabel?: number;
  /** Of each text 1 for ids that are to be predicted, 0 for those that are only read. Default: all are predicted. */
  readonly predicted?: readonly Uint8Array[];
}

/** A stretch of one text: the ids at `[start, start + count)` are read, those one further on are predicted. */
interface Stretch {
  readonly ids: Int32Array;
  readonly predicted: Uint8Array | undefined;
  readonly start: number;
  readonly count: number;
}

/**
 * Lays texts into rows of one length, so that little is padded and no text sees another (with a mask by segment).
 *
 * Every id of a text but its first is predicted once, unless `predicted` says otherwise. Texts that do not fit are cut into stretches of `length`, each read from position 0.
 * Stretches are laid by best fit, longest first (Johnson et al. 1974, doi:10.1137/0203025), which keeps the padding of usual texts near
 * nothing; rows are in the order in which they were opened. A text of one id predicts nothing and is left out.
 *
 * @param texts Ids of each text, its end of text included if the model is to learn where texts end.
 */
export function packSequences(texts: readonly Int32Array[], options: PackSequencesOptions): PackedSequences {
  const { length, ignoredLabel = -100, predicted } = options;
  const rows = packRows(
    texts.flatMap((ids, text) => stretchesOf(ids, { length, predicted: predicted?.[text] })),
    length,
  );
  const size = rows.length * length;
  const packed = {
    inputIds: new BigInt64Array(size),
    labels: new BigInt64Array(size).fill(BigInt(ignoredLabel)),
    segmentIds: new BigInt64Array(size),
    positionIds: new BigInt64Array(size),
  };
  for (const [row, stretches] of rows.entries()) {
    let at = row * length;
    for (const [segment, { ids, predicted, start, count }] of stretches.entries()) {
      for (let i = 0; i < count; i++, at++) {
        packed.inputIds[at] = BigInt(ids[start + i]!);
        if (predicted?.[start + i + 1] !== 0) packed.labels[at] = BigInt(ids[start + i + 1]!);
        packed.segmentIds[at] = BigInt(segment + 1);
        packed.positionIds[at] = BigInt(i);
      }
    }
  }
  return { ...packed, shape: [rows.length, length] };
}

function stretchesOf(
  ids: Int32Array,
  { length, predicted }: { readonly length: number; readonly predicted: Uint8Array | undefined },
): Stretch[] {
  const stretches: Stretch[] = [];
  for (let start = 0; start < ids.length - 1; start += length)
    stretches.push({ ids, predicted, start, count: Math.min(length, ids.length - 1 - start) });
  return stretches;
}

/** Best fit: a stretch goes where the least room is left that holds it. */
function packRows(stretches: readonly Stretch[], length: number): Stretch[][] {
  const rows: Stretch[][] = [];
  // Rows by the room left in them.
  const byRoom = Array.from({ length: length + 1 }, (): Stretch[][] => []);
  for (const stretch of stretches.toSorted((a, b) => b.count - a.count)) {
    let room = stretch.count;
    while (room <= length && byRoom[room]!.length === 0) room++;
    let row: Stretch[];
    if (room <= length) row = byRoom[room]!.pop()!;
    else {
      row = [];
      rows.push(row);
      room = length;
    }
    row.push(stretch);
    byRoom[room - stretch.count]!.push(row);
  }
  return rows;
}
