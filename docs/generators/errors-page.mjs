import { errorDefinitions } from "../../packages/contracts/dist/index.js";
import { pageHead, table } from "./markdown.mjs";

const INTRODUCTION = `Every error has a stable code; branch on it, never on the message. A message says where, the rule, the value that broke
it, and what to do. The status is the HTTP status; on the command line, codes below 500 end with exit code 2 and the
others with 1. In the SDK, \`error instanceof ModelwrightError\` has \`code\`, \`details\` and \`remedy\`.`;

const AREAS = {
  RECIPE: "Recipe",
  DATA: "Data",
  FEATURES: "Features of tables",
  SERIES: "Series of values over time",
  TOKENIZER: "Tokenizer",
  ENGINE: "Engine",
  MODEL: "Models",
  HUB: "Hugging Face hub",
  TRAINING: "Training",
  EVALUATION: "Evaluation",
  REGISTRY: "Registry",
  SERVER: "Server",
  ACCESS: "Keys and access",
  PREDICTION: "Recorded predictions",
  FEEDBACK: "Feedback",
  REVIEW: "Review",
  MONITOR: "Monitoring",
  TRAFFIC: "Traffic",
  RETRAIN: "Retraining",
  SCHEDULE: "Schedule",
  STORAGE: "Disk",
  QUEUE: "Queue",
  PEER: "Optional packages",
  CLI: "Command line",
};

/** Every code with its status, when it is raised, and what to do. */
export function errorsPage() {
  const sections = [...codesByArea()].map(([area, names]) => {
    const title = AREAS[area];
    if (title === undefined) throw new Error(`errors-page: no title for the area ${area}`);
    return `## ${title}\n\n${table(["code", "status", "raised when", "what to do"], names.map(row))}\n`;
  });
  return [pageHead("Errors", INTRODUCTION), ...sections].join("\n");
}

function codesByArea() {
  const areas = new Map();
  for (const code of Object.keys(errorDefinitions)) {
    const [area] = code.split("_");
    areas.set(area, [...(areas.get(area) ?? []), code]);
  }
  return areas;
}

function row(code) {
  const { status, meaning, remedy } = errorDefinitions[code];
  return [
    `\`${code}\``,
    status,
    meaning,
    typeof remedy === "string" ? remedy : "The message says it, with the names at hand.",
  ];
}
