import { createHash } from "node:crypto";
import { openApiSchema, type TaskName, taskSchemas } from "@modelwright/contracts";

const STYLE = `
:root { color-scheme: light dark; --ink: #1d2430; --soft: #5b6575; --paper: #f6f7f9; --card: #fff; --line: #d5dae2; --bar: #2f6fde; --bar-soft: #a9b8d3; --wrong: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7ebf2; --soft: #9aa6b8; --paper: #12161d; --card: #1b212b; --line: #333d4c; --bar: #6aa0ff; --bar-soft: #4a5a76; --wrong: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 2.5rem 1.25rem; }
h1 { font-size: 1.4rem; margin: 0 0 1.25rem; }
form, section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem; margin-bottom: 1rem; }
label { display: block; font-size: .875rem; color: var(--soft); margin-bottom: .25rem; }
select, textarea { width: 100%; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: .5rem .625rem; margin-bottom: 1rem; }
textarea { min-height: 7rem; resize: vertical; }
button { font: inherit; font-weight: 600; color: var(--card); background: var(--bar); border: 0; border-radius: 6px; padding: .5rem 1.25rem; cursor: pointer; }
button:disabled { opacity: .6; cursor: wait; }
:focus-visible { outline: 2px solid var(--bar); outline-offset: 2px; }
h2 { font-size: 1.1rem; margin: 0 0 .75rem; overflow-wrap: anywhere; }
h2 small { font-weight: 400; color: var(--soft); }
ol { list-style: none; margin: 0; padding: 0; }
li { display: grid; grid-template-columns: minmax(5rem, 12rem) 1fr 4.5rem; gap: .75rem; align-items: center; padding: .2rem 0; }
li span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
li span:last-child { text-align: right; font-variant-numeric: tabular-nums; color: var(--soft); }
meter { display: block; width: 100%; height: .7rem; appearance: none; background: none; border: 0; }
meter::-webkit-meter-inner-element, meter::-webkit-meter-bar { height: .7rem; background: var(--paper); border: 0; border-radius: 4px; }
meter::-webkit-meter-optimum-value { background: var(--bar-soft); border-radius: 4px; }
meter::-moz-meter-bar { background: var(--bar-soft); border-radius: 4px; }
li:first-child { font-weight: 600; }
li:first-child meter::-webkit-meter-optimum-value { background: var(--bar); }
li:first-child meter::-moz-meter-bar { background: var(--bar); }
p { margin: .25rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
p small { color: var(--soft); }
.wrong { color: var(--wrong); overflow-wrap: anywhere; }
a { color: var(--bar); }
footer { color: var(--soft); font-size: .875rem; }
`;

const SCRIPT = `
const TASKS = JSON.parse(document.getElementById("tasks").textContent);
const form = document.querySelector("form");
const [models, item, button, answer] = ["model", "item", "send", "answer"].map((id) => document.getElementById(id));
const taskOf = new Map();

function element(name, content, properties) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...[content].flat());
  return made;
}

async function call(path, options) {
  const response = await fetch(path, options);
  const body = await response.json();
  if (!response.ok) throw new Error(body.message);
  return body;
}

/** What is chosen among, with how likely each is: { a: 0.9, b: 0.1 }, or [{ name: "a", probability: 0.9 }, …]. */
function rankedOf(value) {
  if (typeof value !== "object" || value === null) return undefined;
  const pairs = Array.isArray(value) ? value.map((each) => Object.values(each ?? {})) : Object.entries(value);
  const isRanked = pairs.length > 0 && pairs.every(([name, share, ...rest]) =>
    rest.length === 0 && typeof name === "string" && typeof share === "number");
  return isRanked ? pairs.sort(([, a], [, b]) => b - a) : undefined;
}

function bars(ranked) {
  return element("ol", ranked.map(([name, share]) => element("li", [
    element("span", name, { title: name }),
    element("meter", "", { value: share, ariaLabel: name }),
    element("span", (100 * share).toFixed(1) + " %"),
  ])));
}

/** Elements for a part of an answer, whatever the task: the schemas say what it means. */
function parts(name, value) {
  const ranked = rankedOf(value);
  if (ranked !== undefined) return [bars(ranked)];
  if (Array.isArray(value)) return value.flatMap((each) => parts(name, each));
  if (typeof value === "object" && value !== null) return Object.entries(value).flatMap(([key, each]) => parts(key, each));
  return [element("p", [element("small", name + " "), String(value)])];
}

function show(prediction, model, milliseconds) {
  const [[, first], ...rest] = Object.entries(prediction);
  const note = " · " + model.name + " version " + model.version + " · " + milliseconds.toFixed(0) + " ms";
  const lines = rest.flatMap(([name, value]) => parts(name, value));
  answer.replaceChildren(element("h2", [String(first), element("small", note)]), ...lines);
}

function showError(error) {
  answer.replaceChildren(element("p", error.message, { className: "wrong" }));
}

function chooseModel() {
  const { one, sample } = TASKS[taskOf.get(models.value)];
  document.querySelector("label[for=item]").textContent = one[0].toUpperCase() + one.slice(1);
  item.placeholder = sample;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  answer.hidden = false;
  try {
    const start = performance.now();
    const { one, isText, options } = TASKS[taskOf.get(models.value)];
    const body = await call("v1/models/" + encodeURIComponent(models.value) + "/predict", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ [one]: isText ? item.value : JSON.parse(item.value), options }),
    });
    show(body.predictions[0], body.model, performance.now() - start);
  } catch (error) {
    showError(error);
  } finally {
    button.disabled = false;
  }
});
item.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
models.addEventListener("change", chooseModel);

call("v1/models").then(({ models: loaded }) => {
  models.replaceChildren(...loaded.map(({ name, version, task, labels }) => {
    const value = name + ":" + version;
    taskOf.set(value, task);
    return element("option", name + " version " + version + (labels ? " (" + labels.length + " labels)" : ""), { value });
  }));
  chooseModel();
  const wanted = new URLSearchParams(location.search);
  if (wanted.has("text")) {
    item.value = wanted.get("text");
    form.requestSubmit();
  }
}).catch((error) => {
  answer.hidden = false;
  showError(error);
});
`;

/** What the page knows of the tasks: what an item is called, how it is sent, and options that show most of an answer. */
function describeTasks(tasks: readonly TaskName[]): string {
  const entries = tasks.map((task) => {
    const { words, item, example } = taskSchemas(task);
    const { type } = openApiSchema(item({ maxItemBytes: 1 }), "input");
    const { options = {} } = example;
    return [task, { one: words.item, sample: words.sample, isText: type === "string", options }];
  });
  // Inside a script element nothing but its end has a meaning.
  return JSON.stringify(Object.fromEntries(entries)).replaceAll("<", "\\u003c");
}

/** Makes a page to try the loaded models by hand; it loads nothing from elsewhere. `?text=…` fills it in. */
export function playgroundPage(tasks: readonly TaskName[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Modelwright</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Try a model</h1>
<form>
<label for="model">Model</label>
<select id="model" required></select>
<label for="item"></label>
<textarea id="item" required></textarea>
<button id="send">Predict</button>
</form>
<section id="answer" aria-live="polite" hidden></section>
<footer><a href="openapi.json">API description</a> · <a href="metrics">Metrics</a></footer>
</main>
<script id="tasks" type="application/json">${describeTasks(tasks)}</script>
<script type="module">${SCRIPT}</script>
</body>
</html>
`;
}

/** Allows this page's own style and script, and requests to this server. */
export const PLAYGROUND_POLICY = [
  "default-src 'none'",
  "connect-src 'self'",
  "img-src data:",
  `style-src '${hash(STYLE)}'`,
  `script-src '${hash(SCRIPT)}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

function hash(source: string): string {
  return `sha256-${createHash("sha256").update(source).digest("base64")}`;
}
