import { TASKS } from "../../packages/contracts/dist/tasks/tasks.js";
import { createServer } from "../../packages/server/dist/create-server.js";
import { openRegistryOfAllTasks } from "../../packages/server/dist/testing/tiny-registry.js";
import { fold, pageHead, table } from "./markdown.mjs";

const INTRODUCTION = `\`modelwright serve\` answers on these routes. A running server describes them with full schemas at \`/openapi.json\`; this page
is made from that document. Errors on \`/v1\` have the body \`{ "code", "message", "details", "requestId" }\` with the codes of
[errors.md](errors.md); errors on \`/v2\` have \`{ "error" }\`, as the Open Inference Protocol says.

Options of a request stand in its body, as in \`{ "text": "…", "options": { "maxTokens": 40 } }\`, in the query as \`?max_tokens=40\`, or on
\`/v2\` among the \`parameters\` as \`"max_tokens": 40\`. Those of the body count before those of the query.

A classifier that was trained with \`reject\` gives no label where it is not sure enough: \`label\` is null then, \`rejected\` true, and
\`likeliest\` and \`probability\` say what it would have answered.

\`\`\`
curl http://127.0.0.1:8000/v1/models/tickets/predict -H 'content-type: application/json' -d '{"texts":["Where is my parcel?"]}'
\`\`\``;

/** Every route of the server by tag, with an example of its request and its answer. */
export async function httpPage() {
  const { paths, tags } = await openApiDocument();
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, ...operation })),
  );
  const sections = tags.map(({ name, description }) => {
    const own = operations.filter((operation) => operation.tags?.includes(name));
    return [`## ${name}\n\n${description}.\n`, ...own.map(route)].join("\n");
  });
  return [pageHead("HTTP routes", INTRODUCTION), ...sections].join("\n");
}

/** What a server says of itself, with an invented model of each task loaded. */
async function openApiDocument() {
  const { registry, remove } = await openRegistryOfAllTasks();
  try {
    const app = await createServer({ registry, models: [], workers: 1, drainMs: 0 });
    try {
      return (await app.inject("/openapi.json")).json();
    } finally {
      await app.close();
    }
  } finally {
    await remove();
  }
}

function route({ method, path, summary, description, parameters = [], requestBody, responses }) {
  const parts = [`### ${method} ${path}`, fold([summary, description].filter(Boolean).map(sentence).join(" "))];
  if (parameters.length > 0) {
    const rows = parameters.map((each) => [
      `\`${each.name}\``,
      each.in,
      each.description ?? each.schema?.description ?? "",
    ]);
    parts.push(table(["parameter", "in", "meaning"], rows));
  }
  const statuses = Object.entries(responses).map(([status, each]) => `\`${status}\` ${each.description}`);
  const answers = fold(`Answers: ${statuses.join(" · ")}`);
  const [asked, answered] = [requestBody?.content, responses[200]?.content];
  const titles = asked?.["application/json"]?.schema.anyOf?.map(({ title }) => title) ?? [];
  const tasks = titles.every((title) => title in TASKS) ? titles : [];
  if (tasks.length === 0) {
    parts.push(...examples("Request", asked), answers, ...examples("Answer", answered));
  } else {
    parts.push(answers);
    for (const task of tasks) {
      parts.push(
        `#### ${task}`,
        ...examples("Request", ofTask(asked, task)),
        ...examples("Answer", ofTask(answered, task)),
      );
    }
  }
  return `${parts.join("\n\n")}\n`;
}

/** A body as one of the tasks has it. */
function ofTask(content, task) {
  const schema = content["application/json"].schema.anyOf.find(({ title }) => title === task);
  return { "application/json": { schema } };
}

function sentence(text) {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function examples(title, content) {
  const { schema, example, examples: named } = content?.["application/json"] ?? {};
  const all =
    schema?.examples ?? (example === undefined ? Object.values(named ?? {}).map(({ value }) => value) : [example]);
  return all.map((each) => `${title}:\n\n\`\`\`json\n${json(each)}\n\`\`\``);
}

/** Indented, with lists of plain values on one line. */
function json(value) {
  return JSON.stringify(value, undefined, 2).replace(
    /\[\n\s+([^[\]{}]*?)\n\s+\]/g,
    (_, items) => `[${items.replace(/\n\s+/g, " ")}]`,
  );
}
