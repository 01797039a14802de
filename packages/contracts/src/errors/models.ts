import { type BaseDetails, placeOf } from "./base-details.ts";
import { choices, defineError } from "./error-definition.ts";

const a = (word: string) => `${/^[aeiou]/.test(word) ? "an" : "a"} ${word}`;

export const modelErrors = {
  MODEL_BASE_UNKNOWN: defineError<BaseDetails & { known: readonly string[] }>({
    status: 400,
    meaning: "model.base, or base of a column's features, names no pretrained model that we know.",
    message: (d) => `${placeOf(d)} "${d.base}" is not known; known: ${choices(d.known)}`,
    remedy: (d) =>
      `Write one of the known names, owner/name of a model on the Hugging Face hub, or the path of a folder (./, ../, / or ~ before it)${placeOf(d) === placeOf({}) ? "; or none to train from scratch" : ""}.`,
  }),
  MODEL_FOLDER_INCOMPLETE: defineError<{ path: string; problem: string; instead: string }>({
    status: 400,
    meaning: "A folder that is to be a pretrained model or an adapter lacks what such a folder has.",
    message: (d) => `${d.path}: ${d.problem}`,
    remedy: (d) => d.instead,
  }),
  MODEL_CONFIG_INVALID: defineError<{ file: string; field: string; rule: string; got: string }>({
    status: 400,
    meaning: "A configuration file of a pretrained model breaks a rule, or describes a model that we do not run.",
    message: (d) => `${d.file}: ${d.field}: ${d.rule}, got ${d.got}`,
    remedy: "Take the file from where the model was published, or another model.",
  }),
  MODEL_FAMILY_UNKNOWN: defineError<{ file: string; type: string; known: readonly string[] }>({
    status: 400,
    meaning: "A pretrained model is of a family that we do not run.",
    message: (d) => `${d.file}: model_type "${d.type}" is not known; known: ${choices(d.known)}`,
    remedy: "Take a model of one of these families.",
  }),
  MODEL_KIND_UNFIT: defineError<{ file: string; type: string; is: string; wanted: string; known: readonly string[] }>({
    status: 400,
    meaning:
      "A pretrained model is named where a model of another kind is needed: a decoder for an encoder, or the other way round.",
    message: (d) => `${d.file}: model_type "${d.type}" is a family of ${d.is}s, and here ${a(d.wanted)} is needed`,
    remedy: (d) =>
      `Take a model of ${choices(d.known)}, or another task: modelwright doctor <folder> says which tasks train this one.`,
  }),
  MODEL_GRAPH_UNFIT: defineError<{ graph: string; rule: string; got: string; instead?: string }>({
    status: 400,
    meaning: "An imported ONNX graph cannot become a layer in the way that it was asked for.",
    message: (d) => `imported graph "${d.graph}": ${d.rule}, got ${d.got}`,
    remedy: (d) =>
      d.instead ?? "Give what printGraph(graph) shows that it needs; for another opset, export the model again.",
  }),
  MODEL_HEAD_UNFIT: defineError<{ file: string; rule: string; got: string; instead: string }>({
    status: 400,
    meaning: "A head is to stand on a tensor of an imported model on which none can stand.",
    message: (d) => `${d.file}: ${d.rule}, got ${d.got}`,
    remedy: (d) => d.instead,
  }),
  MODEL_TENSOR_UNKNOWN: defineError<{ file: string; name: string; known: readonly string[] }>({
    status: 400,
    meaning: "A head is to stand on a tensor that an imported model does not have.",
    message: (d) => `model.head.at: ${d.file} has no tensor "${d.name}"`,
    remedy: (d) => `Name an output or a tensor inside the graph, such as ${choices(d.known, 6)}.`,
  }),
  MODEL_ADAPTER_UNFIT: defineError<{ file: string; rule: string; got: string }>({
    status: 400,
    meaning: "A saved adapter is of another kind than LoRA or DoRA, or belongs to another model.",
    message: (d) => `${d.file}: ${d.rule}, got ${d.got}`,
    remedy: "Name the base for which it was trained, or train an adapter anew: leave model.adapter out.",
  }),
  MODEL_FINE_TUNE_UNFIT: defineError<{ fineTune: string; problem: string; instead?: string }>({
    status: 400,
    meaning: "An encoder cannot be trained in the way that a recipe asks for, since it lacks the parts.",
    message: (d) => `model.fineTune "${d.fineTune}": ${d.problem}`,
    remedy: (d) => d.instead ?? "Choose another way: full and frozen go with every encoder.",
  }),
  MODEL_LAYER_UNKNOWN: defineError<{ option: string; layer: string; known: readonly string[] }>({
    status: 400,
    meaning: "A part of a model is named, to be trained or adapted, that the model does not have.",
    message: (d) => `${d.option}: the model has no "${d.layer}"`,
    remedy: (d) => `Write the end of a name, which may hold * for any characters; there are ${choices(d.known)}.`,
  }),
  MODEL_LENGTH_UNREADABLE: defineError<{ option: string; name: string; longest: number; got: number }>({
    status: 400,
    meaning: "Texts are to be cut to a length that the model cannot read.",
    message: (d) => `${d.option}: "${d.name}" reads at most ${d.longest} tokens of a text, got ${d.got}`,
    remedy: "Write at most that; a recipe with model.bagLength can take in what is beyond it.",
  }),
  MODEL_TASK_UNSUPPORTED: defineError<{ what: string; model: string; task: string; tasks: readonly string[] }>({
    status: 400,
    meaning: "A version was asked for something that models of its task do not do.",
    message: (d) => `${d.what} needs a model of ${choices(d.tasks)}; ${d.model} is one of ${d.task}`,
    remedy:
      "Name a model of that task, or in a program its own task: loadModel(name, { task }). `modelwright predict` answers for every task.",
  }),
  MODEL_OPTION_INVALID: defineError<{ option: string; rule: string; value: number | string }>({
    status: 400,
    meaning: "An option given to a model, for example how it is to write on, breaks its rule.",
    message: (d) =>
      `${d.option}: must be ${d.rule}, got ${typeof d.value === "number" ? d.value : JSON.stringify(d.value)}`,
    remedy: "Ask again with another value.",
  }),
  MODEL_CONVERSATION_TOO_LONG: defineError<{ path: string; tokens: number; limit: number }>({
    status: 400,
    meaning: "A conversation has more tokens than the model reads at once, so that its beginning would be lost.",
    message: (d) => `${d.path}: the conversation has ${d.tokens} tokens, and the model reads at most ${d.limit}`,
    remedy: "Leave out older turns, or shorten them.",
  }),
  MODEL_INPUT_INVALID: defineError<{ path: string; rule: string; got: string }>({
    status: 400,
    meaning: "A program gave a model something else than a list of items.",
    message: (d) => `${d.path}: must be ${d.rule}, got ${d.got}`,
    remedy: "Give a list, also for one item: predict([item]).",
  }),
  MODEL_WEIGHTS_INVALID: defineError<{ file: string; problem: string }>({
    status: 400,
    meaning: "A weights file is not what its header says, or does not fit the architecture.",
    message: (d) => `${d.file}: ${d.problem}`,
    remedy: "Install the package again; if the file is your own, write it again.",
  }),
  MODEL_TOO_LARGE: defineError<{ file: string; parameters: number; most: number }>({
    status: 400,
    meaning: "A pretrained model has more parameters than the one file holds that a version is served from.",
    message: (d) =>
      `${d.file}: ${d.parameters} parameters are more than an ONNX file of 2 GiB holds as float32, ${d.most}`,
    remedy: "Choose a smaller model of the same family.",
  }),
};
