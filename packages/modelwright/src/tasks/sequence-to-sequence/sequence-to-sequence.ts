import { NO_BASE } from "@modelwright/contracts";
import { type WrittenTexts, writtenTextFamily } from "@modelwright/evaluation";
import { writtenTextBody } from "@modelwright/evaluation/report";
import type { SequenceToSequenceModel } from "@modelwright/inference";
import { counted, magnitude } from "../../wording/quantities.ts";
import { madeFrom } from "../decoder/decoder-words.ts";
import { learningHistory } from "../learning-history.ts";
import type { Task } from "../task.ts";
import { labelledText } from "../text-encoder/labelled-text.ts";
import { answers } from "./answers.ts";
import { baseline } from "./baselines.ts";
import { cardOf } from "./card.ts";
import { describeSequenceToSequence } from "./describe.ts";
import { draftSequenceToSequence } from "./draft.ts";
import { type FittedSequenceToSequence, fitSequenceToSequence } from "./fit.ts";
import { monitoring, served } from "./monitoring.ts";
import { evaluationRows, prepareRows, type RewrittenRows, trialsOf } from "./rows.ts";
import { sampleDates } from "./sample-dates.ts";
import { versionOf } from "./version.ts";

/** Rows that are written side by side. */
const AT_ONCE = 32;

/** Writes a text from another one: a summary, a translation. */
export const sequenceToSequence: Task<
  "sequence-to-sequence",
  RewrittenRows,
  FittedSequenceToSequence,
  WrittenTexts,
  SequenceToSequenceModel
> = {
  family: writtenTextFamily,
  prepare: prepareRows,
  size: (rows) => rows.length,
  subset: (rows, chosen) => Array.from(chosen, (row) => rows[row]!),
  fit: fitSequenceToSequence,
  version: versionOf,
  outcome: async (model, rows, { onProgress }) => {
    const written: string[] = [];
    for (let first = 0; first < rows.length; first += AT_ONCE) {
      const texts = rows.slice(first, first + AT_ONCE).map(({ text }) => text);
      written.push(...(await model.predict(texts)).map(({ text }) => text));
      onProgress?.(written.length, rows.length);
    }
    return { rows: rows.map(({ output }, row) => ({ target: output, written: written[row]! })) };
  },
  baseline: async (name, context) => baseline(name, context),
  // Texts are compared as they stand, whatever wrote them.
  incomparable: () => undefined,
  tables: () => [],
  details: ({ rows }) => ({ rows: rows.length }),
  trials: trialsOf,
  learning: ({ tuned }) => learningHistory(tuned.fit.state),
  report: ({ model: { outcome, measures }, test }) =>
    writtenTextBody({ outcome, measures, rows: test.map(({ id, text }) => ({ id, text })) }),
  card: cardOf,
  describe: describeSequenceToSequence,
  summary: ({ model, preprocessing: { maxSourceLength, maxTargetLength } }) => [
    [
      "model",
      model.base === NO_BASE
        ? `${model.architecture} from scratch, ${magnitude(model.parameters)} parameters`
        : madeFrom(model),
    ],
    ["reads", `${counted(maxSourceLength, "token")}, writes up to ${maxTargetLength}`],
  ],
  texts: (rows) => rows.map(({ text }) => text),
  labelled: labelledText("output"),
  evaluationRows: (_, source) => evaluationRows(source),
  draft: draftSequenceToSequence,
  sample: { file: "dates.csv", content: sampleDates },
  answers,
  review: { truths: "text", said: ({ text }) => text },
  monitoring,
  served,
};
