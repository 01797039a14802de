import type { SourceVersion } from "@modelwright/data";
import type { RunSource } from "@modelwright/registry";
import { counted } from "../wording/quantities.ts";

/** In what sources differ from those of an earlier run, a sentence for each. */
export function sourceChanges(before: readonly RunSource[], now: readonly SourceVersion[]): string[] {
  const known = new Map(before.map((source) => [source.name, source]));
  return now.flatMap(({ name, version, rows }) => {
    const then = known.get(name);
    if (then?.version === version) return [];
    const was = then === undefined ? "was not read then" : `had ${counted(then.rows, "row")} then`;
    return [`${name} has other rows than when the version was trained: ${counted(rows, "row")} now, it ${was}`];
  });
}
