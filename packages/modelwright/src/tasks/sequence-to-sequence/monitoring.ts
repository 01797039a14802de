import type { WrittenTexts } from "@modelwright/evaluation";
import type { Monitoring, ServedOutcome } from "../monitoring/monitoring.ts";
import { textInputs, writtenOutputs } from "../monitoring/text-inputs.ts";
import type { RewrittenRows } from "./rows.ts";

/** What is watched of texts that are written from texts. */
export const monitoring: Monitoring<"sequence-to-sequence", RewrittenRows> = {
  // Each is written once more to be watched, which takes as long as an answer does.
  mostRows: 200,
  items: (rows) => rows.map(({ text }) => text),
  inputs: textInputs,
  outputs: (answers) => writtenOutputs(answers.map(({ text }) => text)),
};

/** Texts held to those that should have been written. */
export const served: ServedOutcome<"sequence-to-sequence", WrittenTexts> = (predictions, truths) => ({
  rows: predictions.map(({ answer }, row) => ({ target: String(truths[row]), written: answer.text })),
});
