import { ModelwrightError } from "@modelwright/contracts";
import type { HubFile } from "./hub-client.ts";

export const WHOLE_WEIGHTS = "model.safetensors";
/** Says which files hold the weights of a model that is spread over several. */
export const SHARD_INDEX = "model.safetensors.index.json";
/** What sentence-transformers puts behind an encoder. */
export const MODULES_FILE = "modules.json";

/** Files beside the weights that every model has that we can load. */
export const REQUIRED_FILES = ["config.json", "tokenizer.json"] as const;

/** Files that say more of a model where it has them. */
export const OPTIONAL_FILES = [
  "tokenizer_config.json",
  "special_tokens_map.json",
  MODULES_FILE,
  "sentence_bert_config.json",
  "generation_config.json",
  "chat_template.jinja",
  "README.md",
] as const;

const SMALL: ReadonlySet<string> = new Set([...REQUIRED_FILES, ...OPTIONAL_FILES]);
/** `1_Pooling/config.json`, and the weights of `2_Dense`. */
const MODULE_FILE = /^\d+_\w+\/(config\.json|model\.safetensors)$/;
/**
 * `model-00001-of-00004.safetensors`: other weights beside them are the same again, in another order or
 * width.
 */
const SHARD = /^model-\d+-of-\d+\.safetensors$/;
/** Weights in formats that are not read. */
const OTHER_WEIGHTS = /^(pytorch_model[\w.-]*\.bin|tf_model\.h5|flax_model\.msgpack|[\w.-]+\.(gguf|ckpt|pt|pth))$/;

/**
 * The files of a model that loading it reads, the small ones first: what is wrong with a model shows before
 * its weights have come.
 *
 * @param files All that the hub lists of the commit.
 * @throws {ModelwrightError} `HUB_FILES_UNFIT`.
 */
export function neededFiles(
  files: readonly HubFile[],
  { base, repository }: { readonly base: string; readonly repository: string },
): readonly HubFile[] {
  const paths = new Set(files.map(({ path }) => path));
  const problem = problemOf(paths);
  if (problem !== undefined) {
    const instead = `Take a model that has the files of transformers. Where you trust this one, write it anew in Python and name that folder: from transformers import AutoModel, AutoTokenizer; [kind.from_pretrained("${repository}").save_pretrained("folder") for kind in (AutoModel, AutoTokenizer)].`;
    throw new ModelwrightError("HUB_FILES_UNFIT", { base, problem, instead });
  }
  const isWeights = (path: string) =>
    paths.has(WHOLE_WEIGHTS) ? path === WHOLE_WEIGHTS : path === SHARD_INDEX || SHARD.test(path);
  return files
    .filter(({ path }) => SMALL.has(path) || MODULE_FILE.test(path) || isWeights(path))
    .sort((a, b) => a.size - b.size);
}

function problemOf(paths: ReadonlySet<string>): string | undefined {
  if (!paths.has(WHOLE_WEIGHTS) && !paths.has(SHARD_INDEX)) {
    const other = [...paths].find((path) => OTHER_WEIGHTS.test(path));
    if (other === undefined) return `it has no ${WHOLE_WEIGHTS}`;
    return `its weights are in ${other}, a format that is not read, since some run a program when they are; ${WHOLE_WEIGHTS} is missing`;
  }
  const missing = REQUIRED_FILES.find((path) => !paths.has(path));
  return missing === undefined ? undefined : `it has no ${missing}`;
}
