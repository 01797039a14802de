import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadTokenizer } from "@modelwright/data";

/** Tokens of a text that are looked at. */
const MOST_TOKENS = 512;

/**
 * What tells the share of a text's tokens that a version's vocabulary lacks. Undefined for a version that reads no
 * texts, or whose vocabulary lacks nothing.
 *
 * @param directory The version's folder.
 */
export async function unknownShareOf(directory: string): Promise<((text: string) => number) | undefined> {
  const json = await readFile(join(directory, "tokenizer.json"), "utf8").catch(() => undefined);
  if (json === undefined) return undefined;
  const tokenizer = loadTokenizer(json);
  const { unknownId } = tokenizer;
  if (unknownId === undefined) return undefined;
  return (text) => {
    const ids = tokenizer.encode(text, MOST_TOKENS);
    return ids.reduce((unknown, id) => unknown + Number(id === unknownId), 0) / ids.length;
  };
}
