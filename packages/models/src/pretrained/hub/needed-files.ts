import { ModelwrightError } from "@modelwright/contracts";
import { GRAPH_FILES, isGraphFile } from "../onnx-file/onnx-place.ts";
import type { HubFile } from "./hub-client.ts";

export const WHOLE_WEIGHTS = "model.safetensors";
/** Says which files hold the weights of a model that is spread over several. */
export const SHARD_INDEX = "model.safetensors.index.json";
/** What sentence-transformers puts behind an encoder. */
export const MODULES_FILE = "modules.json";

const CONFIG = "config.json";
const TOKENIZER = "tokenizer.json";

/** Files beside the weights, by where these are: an ONNX file says itself what is computed. */
export const REQUIRED_FILES = { safetensors: [CONFIG, TOKENIZER], graph: [TOKENIZER] } as const;

/** Files that say more of a model where it has them. */
export const OPTIONAL_FILES = [
  CONFIG,
  "tokenizer_config.json",
  "special_tokens_map.json",
  MODULES_FILE,
  "sentence_bert_config.json",
  "generation_config.json",
  "chat_template.jinja",
  "README.md",
] as const;

const SMALL: ReadonlySet<string> = new Set([TOKENIZER, ...OPTIONAL_FILES]);
/** `1_Pooling/config.json`, and the weights of `2_Dense`. */
const MODULE_FILE = /^\d+_\w+\/(config\.json|model\.safetensors)$/;
/**
 * `model-00001-of-00004.safetensors`: other weights beside them are the same again, in another order or
 * width.
 */
const SHARD = /^model-\d+-of-\d+\.safetensors$/;
/** Weights in formats that are not read. */
const OTHER_WEIGHTS = /^(pytorch_model[\w.-]*\.bin|tf_model\.h5|flax_model\.msgpack|[\w.-]+\.(gguf|ckpt|pt|pth))$/;

/** What is asked of a model's files. */
export interface FilesAsked {
  /** The reference, for messages. */
  readonly base: string;
  readonly repository: string;
  /** The ONNX file that is taken, as `model.file` of a recipe names it. Default: none, unless there are no weights in safetensors. */
  readonly file?: string | undefined;
}

/**
 * The files of a model that loading it reads, the small ones first: what is wrong with a model shows before
 * its weights have come.
 *
 * @param files All that the hub lists of the commit.
 * @throws {ModelwrightError} `HUB_FILES_UNFIT`.
 */
export function neededFiles(files: readonly HubFile[], asked: FilesAsked): readonly HubFile[] {
  const paths = new Set(files.map(({ path }) => path));
  const graph = asked.file ?? (hasSafetensors(paths) ? undefined : GRAPH_FILES.find((path) => paths.has(path)));
  const problem = problemOf(paths, { ...asked, graph });
  if (problem !== undefined) throw new ModelwrightError("HUB_FILES_UNFIT", { base: asked.base, ...problem });
  const isTensors = (path: string) =>
    paths.has(WHOLE_WEIGHTS) ? path === WHOLE_WEIGHTS : path === SHARD_INDEX || SHARD.test(path);
  const isWeights = graph === undefined ? isTensors : (path: string) => path === graph || isDataOf(graph, path);
  return files
    .filter(({ path }) => SMALL.has(path) || MODULE_FILE.test(path) || isWeights(path))
    .sort((a, b) => a.size - b.size);
}

/** Whether a file is one of those in which exporters put the data of an ONNX file. */
function isDataOf(graph: string, path: string): boolean {
  return path.startsWith(graph) && /^(_data(_\d+)?|\.data)$/.test(path.slice(graph.length));
}

function hasSafetensors(paths: ReadonlySet<string>): boolean {
  return paths.has(WHOLE_WEIGHTS) || paths.has(SHARD_INDEX);
}

interface Problem {
  readonly problem: string;
  readonly instead: string;
}

function problemOf(
  paths: ReadonlySet<string>,
  { repository, file, graph }: FilesAsked & { readonly graph: string | undefined },
): Problem | undefined {
  const rewrite = `Take a model that has the files of transformers. Where you trust this one, write it anew in Python and name that folder: from transformers import AutoModel, AutoTokenizer; [kind.from_pretrained("${repository}").save_pretrained("folder") for kind in (AutoModel, AutoTokenizer)].`;
  const graphs = [...paths].filter(isGraphFile).sort();
  if (file !== undefined && !paths.has(file)) {
    const others = graphs.length === 0 ? "no ONNX file at all" : graphs.join(", ");
    return {
      problem: `it has no ${file}; there is ${others}`,
      instead: "Name a file that is there, or leave model.file out.",
    };
  }
  if (graph === undefined && !hasSafetensors(paths)) {
    if (graphs.length > 0) {
      const problem = `it has no ${WHOLE_WEIGHTS}, and of its ONNX files none is taken by itself: ${graphs.join(", ")}`;
      return {
        problem,
        instead: `Name the one that is a whole encoder: model: { base: ${repository}, file: ${graphs[0]} }.`,
      };
    }
    const other = [...paths].find((path) => OTHER_WEIGHTS.test(path));
    const unread = `its weights are in ${other}, a format that is not read, since some run a program when they are; ${WHOLE_WEIGHTS} is missing`;
    return { problem: other === undefined ? `it has no ${WHOLE_WEIGHTS}, and no ONNX file` : unread, instead: rewrite };
  }
  const required = REQUIRED_FILES[graph === undefined ? "safetensors" : "graph"];
  const missing = required.find((path) => !paths.has(path));
  return missing === undefined ? undefined : { problem: `it has no ${missing}`, instead: rewrite };
}
