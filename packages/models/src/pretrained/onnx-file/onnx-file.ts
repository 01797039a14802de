import { basename, dirname, join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { type Graph, RandomSource, type Value } from "@modelwright/engine";
import type { Encoder } from "../../architectures/encoder.ts";
import { ENCODER_INPUT_NAMES } from "../../architectures/encoder.ts";
import { graphEncoder } from "../../architectures/graph-encoder.ts";
import { drawTextEncoder } from "../../architectures/text-encoder.ts";
import { type NamedGraph, namedGraph } from "../../layers/imported-graph/named-graph.ts";
import { plainGraph } from "../../layers/imported-graph/plain-graph.ts";
import { withoutHead } from "../hugging-face/family.ts";
import { readModelPage } from "../hugging-face/model-page.ts";
import { pooledBy } from "../hugging-face/pooling.ts";
import { readSentenceModel, type SentenceModel } from "../hugging-face/sentence-transformers.ts";
import { readTokenizerFile } from "../hugging-face/tokenizer-files.ts";
import type { LoadedPretrained, PretrainedModel } from "../pretrained-model.ts";
import { embeddingTables } from "./embedding-tables.ts";
import { type GraphConfig, readGraphConfig } from "./graph-config.ts";
import { type HeadOptions, type HeadPlace, headPlace, likelyInside } from "./head-place.ts";
import { folderWith, type OnnxPlace } from "./onnx-place.ts";
import { graphNames, ownName } from "./published-names.ts";
import { readGraph, refuseValue } from "./read-graph.ts";

/** What a recipe says of a base that is an ONNX file. */
export interface OnnxOptions {
  readonly head?: HeadOptions | undefined;
  /** Path of the `tokenizer.json`. Default: beside the file. */
  readonly tokenizer?: string | undefined;
}

/** A model type of transformers.js by which any graph of these inputs can be run. */
const ANY_TYPE = "bert";

const NAME_TOKENIZER =
  "Put the model's tokenizer.json beside the ONNX file, or name it in a recipe: model.tokenizer: ./tokenizer.json.";

/**
 * A model that an ONNX file computes, in the layouts of Optimum and transformers.js; pooling, licence and languages by the files beside it.
 *
 * @param name The reference that led here.
 */
export async function onnxFile(place: OnnxPlace, name: string, options: OnnxOptions): Promise<PretrainedModel> {
  const page = (await folderWith(place.folders, "README.md")) ?? dirname(place.graph);
  return { name, ...(await readModelPage(join(page, "README.md"))), load: () => load(place, options) };
}

/** Its weights lie beside the graph, in no layer of it. */
const DENSE_LEFT_OUT = "the Dense module behind the pooling is left out";

/**
 * @throws {ModelwrightError} `MODEL_HEAD_UNFIT`, `MODEL_TENSOR_UNKNOWN`, `MODEL_GRAPH_UNFIT`; `MODEL_FOLDER_INCOMPLETE` without a tokenizer;
 *   `MODEL_CONFIG_INVALID`; `MODEL_WEIGHTS_INVALID`; as `decodeModel` for the graph itself.
 */
async function load(place: OnnxPlace, { head = {}, tokenizer }: OnnxOptions): Promise<LoadedPretrained> {
  const { graph: file, folders } = place;
  const { graph: original, sha256, stored } = await readGraph(file);
  checkInputs(original, file);
  const config = await readGraphConfig(folders);
  const tokenizerFolder = (await folderWith(folders, "tokenizer.json")) ?? folders.at(-1)!;
  const tokenizerFile = tokenizer ?? join(tokenizerFolder, "tokenizer.json");
  const tokenizerJson = await readTokenizerFile(tokenizerFile, config.padId, { instead: NAME_TOKENIZER });
  const sentence = await sentenceOf(folders);
  const draft = plainGraph(original, wantedValues(original, head.at, file));
  const found = headPlace(draft.graph, { ...head, file, inFile: sentence?.pooling });
  const outputs = draft.graph.outputs.filter(({ name }) => name === found.at || name === found.vectors);
  const family = graphNames(draft.graph, config.family);
  const named = namedGraph(draft, {
    outputs,
    ...(family && { rename: (published) => ownName(family.names, published) }),
  });
  const normalized = found.pooling !== "none" && head.pooling === undefined && sentence?.normalized === true;
  const padId = config.padId ?? tokenizerJson.padding.pad_id;
  const encoder = encoderOf(named, { config, padId, head: found, normalized, file });
  return {
    encoder,
    parameters: drawTextEncoder(encoder, RandomSource.fromSeed(0)),
    tokenizerJson,
    ...(family && { names: family.names }),
    ...(found.pooling === "none" ? {} : { sentence: { ...sentence, pooling: found.pooling, normalized, dense: [] } }),
    sha256,
    stored,
    imported: {
      file,
      ...(config.modelType === undefined ? {} : { modelType: config.modelType }),
      opset: original.opsets[""] ?? 0,
      head: found,
      isHeadGiven: head.at !== undefined,
      places: likelyInside(draft.graph),
      layers: named.layers.length,
      layersBy: named.layersBy,
      constants: named.constants,
      notes: [...draft.notes, ...(sentence?.dense.length ? [DENSE_LEFT_OUT] : [])],
    },
  };
}

async function sentenceOf(folders: readonly string[]): Promise<SentenceModel | undefined> {
  const folder = await folderWith(folders, "modules.json");
  return folder === undefined ? undefined : readSentenceModel(folder);
}

/** What of a graph is looked at: the value that is asked for, otherwise its outputs. */
function wantedValues(graph: Graph, at: string | undefined, file: string): readonly Value[] {
  if (at === undefined) return graph.outputs;
  const value = graph.values.get(at);
  if (value !== undefined) return [value];
  return refuseValue(file, at, [...graph.outputs.map(({ name }) => name), ...likelyInside(graph)]);
}

/** What a text gives. */
const KNOWN_INPUTS: ReadonlySet<string> = new Set(Object.values(ENCODER_INPUT_NAMES));

function checkInputs(graph: Graph, file: string): void {
  const unfit = (rule: string, details: { readonly got: string; readonly instead: string }): never => {
    throw new ModelwrightError("MODEL_GRAPH_UNFIT", { graph: basename(file), rule, ...details });
  };
  for (const { name, dtype, shape } of graph.inputs) {
    const isText = KNOWN_INPUTS.has(name) && (dtype === "int64" || dtype === "int32") && shape.length === 2;
    const got = `${name}: ${dtype} [${shape.join(", ")}]`;
    if (!isText) {
      const rule = `a text encoder reads ${[...KNOWN_INPUTS].join(", ")}, int64 [batch, sequence] each`;
      unfit(rule, { got, instead: "Name an encoder of texts, or export this one with inputs of these names." });
    }
    if (shape.some((size) => typeof size === "number")) {
      const instead = "Export it anew with dynamic axes for both, dynamic_axes or dynamic_shapes in PyTorch.";
      unfit("batches and texts may be of any size", { got, instead });
    }
  }
}

interface EncoderFacts {
  readonly config: GraphConfig;
  readonly padId: number;
  readonly head: HeadPlace;
  readonly normalized: boolean;
  readonly file: string;
}

function encoderOf(named: NamedGraph, { config, padId, head, normalized, file }: EncoderFacts): Encoder {
  const { graph, learned, layers } = named;
  const { described, fields, modelType, className } = config;
  const tables = embeddingTables(graph, padId);
  const vocabularySize = tables.vocabularySize ?? described?.vocabularySize;
  if (vocabularySize === undefined) {
    throw new ModelwrightError("MODEL_GRAPH_UNFIT", {
      graph: basename(file),
      rule: "a text encoder has a table of which input_ids choose rows",
      got: "none",
    });
  }
  const { at, pooling, vectors } = head;
  const common = {
    graph,
    parameters: (name: string) => learned.has(name),
    layers,
    modelType: modelType ?? ANY_TYPE,
    vocabularySize,
    maxLength: described?.maxLength ?? tables.positions ?? config.positions ?? Number.POSITIVE_INFINITY,
    padId,
  };
  const encoder =
    pooling === "none"
      ? graphEncoder({ ...common, pooled: at, ...(vectors === undefined ? {} : { vectors }) })
      : pooledBy(graphEncoder({ ...common, vectors: at }), { pooling, normalized, dense: [] });
  const { config: plain } = encoder;
  const known = described?.className ?? className;
  return {
    ...encoder,
    config: modelType === undefined ? plain : (described?.config ?? { ...withoutHead(fields), ...plain }),
    ...(known === undefined ? {} : { className: known }),
  };
}
