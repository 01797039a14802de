import { conversationLayout } from "@modelwright/data";
import type { DataLook, RecipeDraft } from "../recipe-draft.ts";

/** A recipe for files of conversations. */
export function draftInstructionTuning(look: DataLook): RecipeDraft | undefined {
  if (look.kind !== "table" || Object.keys(look.named).length > 0) return undefined;
  const layout = conversationLayout(look.sketch.columns.map(({ name }) => name));
  if (layout === undefined) return undefined;
  return {
    likeness: 0.97,
    remark: "learns what the assistant says",
    rest: `model: { base: ./decoder }   # the folder of a published decoder, or owner/name on the Hugging Face hub
# Every other value has a default, which the run prints. Those that are changed first:
# model: { fineTune: full, maxLength: 1024 }   # default: lora; every weight takes eight times the memory
# train: { epochs: 3, batchSize: 4, learningRate: 2e-4 }
# evaluate: { gates: { perplexity: { max: 8 } } }   # a model beyond a gate is kept, but does not become the champion
`,
    found: `conversations in ${layout.columns.map((name) => `"${name}"`).join(" and ")}`,
    details: { columns: layout.columns, rows: look.sketch.rows },
  };
}
