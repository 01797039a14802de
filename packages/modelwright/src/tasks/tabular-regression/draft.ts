import type { DataLook, RecipeDraft } from "../recipe-draft.ts";
import { draftTable } from "../table-rows/draft-table.ts";

const REST = `# Every other value has a default, which the run prints. Those that are changed first:
#   ignore: [closed_at]            # under data: columns that are known only afterwards, and would tell the answer
#   kinds: { zip: category }       # under data: what a column is taken as
# model: { kind: boosted-trees }   # one model instead of the best blend of several
# train: { interval: 0.8 }         # the share of rows whose number lies between low and high of their answers
# evaluate: { gates: { r2: { min: 0.8 } } }   # a model below a gate is kept, but does not become the champion
`;

/** A recipe for a table in which the other columns say which number one of them has. */
export function draftTableRegression(look: DataLook): RecipeDraft | undefined {
  return draftTable(look, "target", REST);
}
