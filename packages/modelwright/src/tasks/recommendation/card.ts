import { TASKS } from "@modelwright/contracts";
import type { EventRows } from "@modelwright/data";
import {
  type CardParts,
  codeBlock,
  codeSpan,
  type RecommendationOutcome,
  recommendationCard,
} from "@modelwright/evaluation";
import { showNumber } from "../../wording/show-number.ts";
import type { DocumentContext } from "../task.ts";
import type { FittedRecommender } from "./fit.ts";

/** What the card of a recommender says beside the shared skeleton. */
export function cardOf({
  manifest,
  test,
  model,
}: DocumentContext<"recommendation", EventRows, FittedRecommender, RecommendationOutcome>): CardParts {
  const { name, version, task, catalogue, feedback, relevant, ratings } = manifest;
  const { evidence, limits } = recommendationCard(model.outcome);
  const user = JSON.stringify(test.rows[0]!.user);
  const items = JSON.stringify([...new Set(test.rows.map(({ item }) => item))].slice(0, 2));
  const quoted = (json: string) => json.replaceAll("'", "'\\''");
  const count = (value: number) => value.toLocaleString("en");
  return {
    pipelineTag: TASKS[task].words.pipelineTag,
    taskTitle: "Recommendation",
    summary: [
      `Recommends ${count(catalogue.items)} items to users (${codeSpan(manifest.model.ranker)}: ${manifest.model.settings}). It learnt from ${count(catalogue.events)} events of ${count(catalogue.users)} users.`,
      feedback === "implicit"
        ? "Every event counts as a choice; what was not chosen may be disliked or just unknown."
        : `A rating of ${showNumber(relevant!)} or more counts as liked; ratings lie between ${showNumber(ratings!.minimum)} and ${showNumber(ratings!.maximum)}, and answers carry the one that is expected.`,
      "The graph remembers what each user chose, and leaves that out of its answers; it can be asked for users whom it has not seen by what they chose.",
    ],
    usage: [
      `On the command line; ${codeSpan(`${name}@champion`)} is the version in use, ${codeSpan(`${name}:${version}`)} this one:`,
      codeBlock(
        "sh",
        `modelwright predict ${name}@champion '${quoted(test.rows[0]!.user)}'
modelwright predict ${name}@champion '{"items": ${quoted(items)}}'
modelwright predict ${name}@champion --file users.csv --output recommended.csv`,
      ),
      "From TypeScript or JavaScript:",
      codeBlock(
        "ts",
        `import { loadModel } from "modelwright";

const model = await loadModel("${name}@champion", { task: "${task}" });
const [result] = await model.predict([${user}], { options: { top: 5 } });
console.log(result.items);`,
      ),
      `Over HTTP, after \`modelwright serve ${name}@champion\`; the server describes every route at \`/openapi.json\`:`,
      codeBlock(
        "sh",
        `curl -H 'content-type: application/json' -d '{"user": {"items": ${quoted(items)}}, "options": {"top": 5}}' http://127.0.0.1:8000/v1/models/${name}/predict`,
      ),
      `In any ONNX Runtime: \`onnx/model.onnx\` takes names as strings: \`user\` \`[users, 1]\`, \`items\` \`[users, n]\` ("" where there is none)${feedback === "explicit" ? " with their `ratings`" : ""}, \`exclude\` and \`among\` alike, \`seen\` 0 or 1, \`top\`; read \`item\` and \`score\`, the best first.`,
    ],
    evidence,
    limits: [
      ...limits,
      "Names of users are kept in the graph with what they chose: keep it where the events may be kept, and train anew without those who want to be forgotten.",
    ],
  };
}
