import type { AnswerOf, ManifestOf, RowItem } from "@modelwright/contracts";

/** Differences that float32 does not tell from none. */
const LEAST_FALL = 1e-6;

/**
 * Which columns make a row odd: by how much less odd it is when a usual value stands in one column, as a share of what all columns together have. A
 * column that is odd only beside another one has its share where either of them being usual would do.
 *
 * @param options.oddnessOf Asks the model about rows, all at once.
 * @returns The most telling first; none where no single column makes it less odd.
 */
export async function tellingColumns(
  row: RowItem,
  oddness: number,
  options: {
    readonly typical: ManifestOf<"anomaly-detection">["typical"];
    readonly oddnessOf: (rows: readonly RowItem[]) => Promise<readonly number[]>;
  },
): Promise<NonNullable<AnswerOf<"anomaly-detection">["columns"]>> {
  const { typical, oddnessOf } = options;
  const usual = typical.map(({ column, number, text }) => ({ column, value: number ?? text ?? null }));
  const unusual = usual.filter(({ column, value }) => row[column] !== value);
  if (unusual.length === 0) return [];
  const changed = await oddnessOf(unusual.map(({ column, value }) => ({ ...row, [column]: value })));
  const falls = unusual
    .map(({ column }, i) => ({ column, fall: oddness - changed[i]! }))
    .filter(({ fall }) => fall > LEAST_FALL);
  const all = falls.reduce((sum, { fall }) => sum + fall, 0);
  return falls.sort((a, b) => b.fall - a.fall).map(({ column, fall }) => ({ column, share: fall / all }));
}
