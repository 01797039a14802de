import { type Conversation, conversationText, readConversations } from "@modelwright/data";
import { causalLanguageModelingFamily, type DocumentScore } from "@modelwright/evaluation";
import { languageModelingBody } from "@modelwright/evaluation/report";
import type { InstructionModel } from "@modelwright/inference";
import { plainText, shorten } from "../../wording/plain-text.ts";
import { counted } from "../../wording/quantities.ts";
import { madeFrom } from "../decoder/decoder-words.ts";
import { learningHistory } from "../learning-history.ts";
import type { Task, Trial } from "../task.ts";
import { answers } from "./answers.ts";
import { BASELINES } from "./baselines.ts";
import { cardOf } from "./card.ts";
import { describeInstructionTuning } from "./describe.ts";
import { draftInstructionTuning } from "./draft.ts";
import { type FittedInstructionModel, fitInstructionModel } from "./fit.ts";
import { monitoring } from "./monitoring.ts";
import { prepareConversations } from "./prepare-conversations.ts";
import { versionOf } from "./version.ts";

const TRIALS = 3;

/** Tunes a published decoder on conversations, so that it answers. */
export const instructionTuning: Task<
  "instruction-tuning",
  readonly Conversation[],
  FittedInstructionModel,
  readonly DocumentScore[],
  InstructionModel
> = {
  family: causalLanguageModelingFamily,
  prepare: prepareConversations,
  size: (conversations) => conversations.length,
  subset: (conversations, rows) => Array.from(rows, (row) => conversations[row]!),
  fit: fitInstructionModel,
  version: versionOf,
  outcome: (model, conversations, { onProgress }) => model.score(conversations, { onProgress }),
  baseline: (name, context) => BASELINES[name]!(context),
  // Bits per character compare models whatever their tokenizers are.
  incomparable: () => undefined,
  tables: (scores) => {
    const empty = scores.filter(({ tokens }) => tokens === 0).length;
    return empty === 0
      ? []
      : [
          {
            title: "Left out",
            rows: [[`${counted(empty, "conversation")} whose answers are beyond what the model reads`]],
          },
        ];
  },
  details: () => ({}),
  trials: (test) => test.flatMap(trialOf).slice(0, TRIALS),
  learning: ({ tuned }) => learningHistory(tuned.fit.state),
  report: ({ model: { outcome, measures }, test }) =>
    languageModelingBody({
      outcome,
      measures,
      documents: test.map((conversation) => ({ id: conversation.id, text: conversationText(conversation) })),
    }),
  card: cardOf,
  describe: describeInstructionTuning,
  summary: ({ model, preprocessing }) => [
    ["model", `${madeFrom(model)}; ${counted(preprocessing.maxLength, "token")} at once`],
  ],
  texts: (conversations) => conversations.map(conversationText),
  evaluationRows: async (_, { source, encoding }) => {
    const { conversations, incomplete, withTools, warnings } = await readConversations(source, {
      baseDir: process.cwd(),
      encoding,
    });
    const skipped = [
      { rows: incomplete.length, reason: "without a question or an answer" },
      { rows: withTools.length, reason: "in which the assistant calls tools" },
    ];
    return { split: conversations, skipped: skipped.filter(({ rows }) => rows > 0), warnings };
  },
  draft: draftInstructionTuning,
  answers,
  review: { truths: "text", said: ({ answer }) => answer },
  monitoring,
};

/** The first question of a conversation, with the answer that stands there. */
function trialOf({ messages }: Conversation): Trial[] {
  const at = messages.findIndex(({ role }) => role === "user");
  const [question, answer] = [messages[at], messages[at + 1]];
  if (question === undefined || answer === undefined) return [];
  return [{ item: question.content, actual: shorten(plainText(answer.content), 200) }];
}
