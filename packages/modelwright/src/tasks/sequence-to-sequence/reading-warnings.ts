import type { Recipes } from "@modelwright/contracts";
import { plainText, shorten } from "../../wording/plain-text.ts";
import { counted } from "../../wording/quantities.ts";
import type { BaseModel } from "./load-base.ts";

type Reading = Pick<Recipes["sequence-to-sequence"]["model"], "prefix" | "maxSourceLength" | "maxTargetLength">;

const SHOWN = 60;

/**
 * What of training rows is not learnt as it stands there: texts beyond the lengths that are read, and targets of which the tokenizer does not
 * give every character back. Each names how many there are, the first of them, and what to do.
 */
export function readingWarnings(
  rows: readonly { readonly text: string; readonly output: string }[],
  { tokenizer }: Pick<BaseModel, "tokenizer">,
  { prefix, maxSourceLength, maxTargetLength }: Reading,
): readonly string[] {
  const tokens = (text: string) => tokenizer.encode(text, Number.POSITIVE_INFINITY);
  const { before, after } = tokenizer.frame;
  const room = { source: maxSourceLength - before - after, target: maxTargetLength - 1 };
  const told = [
    {
      rows: rows.filter(({ text }) => tokens(prefix + text).length > room.source).map(({ text }) => text),
      what: "sources lose their end",
      remedy: `raise model.maxSourceLength, ${maxSourceLength} now`,
    },
    {
      rows: rows.filter(({ output }) => tokens(output).length > room.target).map(({ output }) => output),
      what: "targets lose their end, and are learnt as if they ended there",
      remedy: `raise model.maxTargetLength, ${maxTargetLength} now`,
    },
    {
      rows: rows.map(({ output }) => output).filter((output) => tokenizer.decode([...tokens(output)]) !== output),
      what: "targets cannot be written letter by letter by this tokenizer",
      remedy: "byte-pair from scratch writes every character; a published base has its own tokens",
    },
  ];
  return told
    .filter(({ rows: found }) => found.length > 0)
    .map(({ rows: [first, ...others], what, remedy }) => {
      const share = `${(others.length + 1).toLocaleString("en-US")} of ${counted(rows.length, "training row")}`;
      return `${share}: ${what}, the first "${shorten(plainText(first!), SHOWN)}"; ${remedy}`;
    });
}
