import { existsSync, readFileSync } from "node:fs";

const BANKING77 = new URL("../../../../shared/data/banking77/train.csv", import.meta.url);
const ROWS_PER_LABEL = 25;
const LABELS = 3;

/** A labelled CSV of 75 short texts: questions to a bank when BANKING77 is at hand, otherwise invented ones. */
export function smallCorpus(): string {
  const rows = existsSync(BANKING77) ? bankingRows() : inventedRows();
  return `${["text,label", ...rows].join("\n")}\n`;
}

/** The first rows of the first labels, of those that need no quotes. */
function bankingRows(): string[] {
  const byLabel = new Map<string, string[]>();
  for (const line of readFileSync(BANKING77, "utf8").split(/\r?\n/).slice(1)) {
    const [text, label, ...rest] = line.split(",");
    if (text === undefined || label === undefined || rest.length > 0 || text.includes('"')) continue;
    byLabel.set(label, [...(byLabel.get(label) ?? []), line]);
  }
  const usable = [...byLabel.values()].filter((rows) => rows.length >= ROWS_PER_LABEL);
  return usable.slice(0, LABELS).flatMap((rows) => rows.slice(0, ROWS_PER_LABEL));
}

const TOPICS: Readonly<Record<string, string>> = { parcel: "delivery", invoice: "payment", password: "account" };
const OPENINGS = ["Where is", "I lost", "Please send", "What about", "Nobody answers about"];
const ENDINGS = ["my", "the old", "our second", "your latest", "that strange"];

function inventedRows(): string[] {
  return Object.entries(TOPICS).flatMap(([thing, label]) =>
    OPENINGS.flatMap((opening) => ENDINGS.map((ending) => `${opening} ${ending} ${thing},${label}`)),
  );
}
