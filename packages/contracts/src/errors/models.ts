import { choices, defineError } from "./error-definition.ts";

export const modelErrors = {
  MODEL_BASE_UNKNOWN: defineError<{ base: string; known: readonly string[] }>({
    status: 400,
    meaning: "model.base names no pretrained model that we know.",
    message: (d) => `model.base "${d.base}" is not known; known: ${choices(d.known)}`,
    remedy: "Write one of the known names.",
  }),
  MODEL_WEIGHTS_INVALID: defineError<{ file: string; problem: string }>({
    status: 400,
    meaning: "A weights file is not what its header says, or does not fit the architecture.",
    message: (d) => `${d.file}: ${d.problem}`,
    remedy: "Install the package again; if the file is your own, write it again.",
  }),
};
