import { createServer } from "../../packages/server/dist/index.js";
import { openTinyRegistry } from "../../packages/server/dist/testing/tiny-registry.js";
import { pageHead, table } from "./markdown.mjs";

const INTRODUCTION = `\`modelwright serve\` answers on these routes. A running server describes them with full schemas at \`/openapi.json\`; this page
is made from that document. Errors on \`/v1\` have the body \`{ "code", "message", "details", "requestId" }\` with the codes of
[errors.md](errors.md); errors on \`/v2\` have \`{ "error" }\`, as the Open Inference Protocol says.

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

/** What a server says of itself, with one invented model loaded. */
async function openApiDocument() {
  const { registry, remove } = await openTinyRegistry();
  try {
    const app = await createServer({ registry, models: ["letters"], workers: 1, drainMs: 0 });
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
  const parts = [`### ${method} ${path}`, [summary, description].filter(Boolean).map(sentence).join(" ")];
  if (parameters.length > 0) {
    const rows = parameters.map((each) => [
      `\`${each.name}\``,
      each.in,
      each.description ?? each.schema?.description ?? "",
    ]);
    parts.push(table(["parameter", "in", "meaning"], rows));
  }
  parts.push(...examples("Request", requestBody?.content));
  const statuses = Object.entries(responses).map(([status, each]) => `\`${status}\` ${each.description}`);
  parts.push(`Answers: ${statuses.join(" · ")}`, ...examples("Answer", responses[200]?.content));
  return `${parts.join("\n\n")}\n`;
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
