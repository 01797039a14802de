import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type PreparedData, readAnnotatedRows, type TextRow } from "@modelwright/data";

/** The training rows of BANKING77 (Casanueva et al. 2020, CC-BY-4.0), where they are at hand beside the repository. */
const FILE = fileURLToPath(new URL("../../../../../shared/data/banking77/train.csv", import.meta.url));

export const hasBanking77 = existsSync(FILE);

/** So many labels of it in equal shares: of each the first `train` rows, then `validation`, then `test`. */
export async function bankingSlice(shares: {
  readonly labels: number;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}): Promise<PreparedData> {
  const { rows } = await readAnnotatedRows(FILE, "label", { columns: { text: "text", label: "category" } });
  const labels = [...new Set(rows.map(({ label }) => label))].toSorted().slice(0, shares.labels);
  const part = (start: number, count: number): TextRow[] =>
    labels.flatMap((label) => rows.filter((row) => row.label === label).slice(start, start + count));
  return {
    labels,
    train: part(0, shares.train),
    validation: part(shares.train, shares.validation),
    test: part(shares.train + shares.validation, shares.test),
    digest: "",
    report: { steps: [], warnings: [], fields: "text" },
  };
}
