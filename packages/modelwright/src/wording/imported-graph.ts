import { basename } from "node:path";
import type { LoadedPretrained } from "@modelwright/models";

type ImportedGraph = NonNullable<LoadedPretrained["imported"]>;

/** What was made of an ONNX file, in one line. */
export function importedWords(imported: ImportedGraph): string {
  return [basename(imported.file), headWords(imported), ...imported.notes].join("; ");
}

/** Where a head stands on an imported graph, and how that was told. */
export function headWords({ head, isHeadGiven }: Pick<ImportedGraph, "head" | "isHeadGiven">): string {
  const { at, pooling } = head;
  const pooled = pooling === "none" ? "one vector per text" : `${pooling} of its tokens' vectors`;
  return `head at "${at}", ${pooled}${isHeadGiven ? "" : ", as its outputs tell"}`;
}
