import type { SplitSettings } from "@modelwright/data";
import { share } from "./recipe-values.ts";

/** Where the rows of each split come from, in the line that a run prints first. */
export function splitWords(
  { split, test }: { readonly split: Omit<SplitSettings, "stratify">; readonly test?: string | undefined },
  stratified = "",
): string {
  const { by = "random", column, validation, seed } = split;
  if (by === "column") return `as column "${column}" says`;
  const tested = test === undefined ? `test ${share(split.test)}` : `test ${test}`;
  const validated = validation === 0 ? "" : `, validation ${share(validation)}`;
  const how = {
    random: `${stratified === "" ? "" : `, ${stratified}`}, seed ${seed}`,
    time: `, the last by "${column}"`,
    hash: `, by hash, seed ${seed}`,
  }[by];
  return `${tested}${validated}${how}`;
}
