import type { ModelManifest } from "@modelwright/contracts";

/** What the graph is run with, whatever the task: other files are for people, or hold rows of the data. */
const ALWAYS = /^(?:onnx\/.+|(?:tokenizer_|generation_)?config\.json|special_tokens_map\.json)$/;

/** Paths of the files of a version without which its graph cannot be run elsewhere. */
export function onnxFiles({ files, preprocessing }: Pick<ModelManifest, "files" | "preprocessing">): readonly string[] {
  const named = new Set(textsIn(preprocessing));
  return files.map(({ path }) => path).filter((path) => ALWAYS.test(path) || named.has(path));
}

/** Every text in a value, wherever it stands: a tokenizer is named where what it prepares is described. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
