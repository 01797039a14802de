import type { ModelManifest } from "@modelwright/contracts";

/** The file in which a version keeps its adapter apart from the weights: see `readAdapterFile`. */
export const ADAPTER_FILE = "onnx/adapter.onnx";

/**
 * What versions have in common that can be served on one base: the weights that were published, the tokenizer and how texts are read.
 * Undefined for a version without an adapter.
 */
export function sharingKey(manifest: ModelManifest): string | undefined {
  const { model, preprocessing, files } = manifest as Sharable;
  if (model.adapter === undefined || preprocessing === undefined) return undefined;
  const tokenizer = files.find(({ path }) => path === "tokenizer.json")?.sha256;
  return JSON.stringify([model.baseSha256 ?? model.base, tokenizer, preprocessing]);
}

/** Why a version with an adapter has to be served by a graph of its own; undefined: nothing is known against sharing. */
export function sharingProblem(manifest: ModelManifest): string | undefined {
  const { model, files, preprocessing } = manifest as Sharable;
  if (preprocessing?.pair !== undefined) return "it reads pairs of texts, which a shared base does not tell apart";
  if (model.adapter?.kind === "dora") return "DoRA scales the weights of the base, so that they cannot be shared";
  if (!files.some(({ path }) => path === ADAPTER_FILE)) return `it was trained before versions had ${ADAPTER_FILE}`;
  return undefined;
}

/** What of a manifest decides, whatever its task. */
interface Sharable {
  readonly model: {
    readonly base?: string;
    readonly baseSha256?: string;
    readonly adapter?: { readonly kind: string };
  };
  readonly preprocessing?: { readonly pair?: unknown };
  readonly files: ModelManifest["files"];
}
