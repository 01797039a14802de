import { guessColumn, type TableProfile } from "@modelwright/data";
import type { DataLook, RecipeDraft, UnclearColumn } from "../recipe-draft.ts";

/** A recipe for texts with marked spans beside them. */
export function draftTagger(look: DataLook): RecipeDraft | UnclearColumn | undefined {
  if (look.kind !== "table") return undefined;
  const { profile, named } = look;
  if (named.label !== undefined || named.labels !== undefined || named.target !== undefined) return undefined;
  const spans = spansColumn(profile);
  if (spans === undefined) return undefined;
  const text = named.text ?? guessColumn("text", profile, [spans]);
  if (text === undefined) return { unclear: "text" };
  const id = guessColumn("id", profile, [text, spans]);
  const columns = { text, spans, ...(id === undefined ? {} : { id }) };
  return {
    likeness: 0.95,
    columns,
    rest: `# Every other value has a default, which the run prints. Those that are changed first:
# model: { units: characters, width: 128, layers: 1 }   # default: words, or characters where there are no spaces
# train: { epochs: 10, batchSize: 32, learningRate: 4e-3 }
# evaluate: { gates: { f1Micro: { min: 0.8 } } }   # a model below a gate is kept, but does not become the champion
`,
    found: `text in "${text}", spans in "${spans}"${id === undefined ? "" : `, id in "${id}"`}`,
    details: { ...columns, rows: profile.rows },
  };
}

/** A column of lists that is called like one of spans, or one of JSON lists of objects with a start. */
function spansColumn(profile: TableProfile): string | undefined {
  const name = guessColumn("spans", profile);
  const column = profile.columns.find((each) => each.name === name);
  if (column === undefined) return undefined;
  const looksRight = [...column.counts.keys()].every((value) => value === "[]" || /^\[\s*[[{]/.test(value));
  return looksRight ? column.name : undefined;
}
