import { createHash } from "node:crypto";
import { type TaskName, taskSchemas } from "@modelwright/contracts";
import { html, Markup } from "../html/html.ts";
import { renderPage, styleOf } from "../page.ts";
import { answerViews } from "./answer-views.ts";
import { domKit } from "./dom-kit.ts";
import { keyKeeper } from "./key-keeper.ts";
import { type PlaygroundData, type PlaygroundTask, playground } from "./playground.ts";
import { predictionReader } from "./read-prediction.ts";
import { snippetWriter } from "./snippets.ts";
import { PLAYGROUND_STYLE } from "./style.ts";
import { textEvents } from "./text-events.ts";
import { writingPanel } from "./writing-panel.ts";

const SCRIPT = `const kit = (${domKit})();
const keeper = (${keyKeeper})(kit);
(${playground})(kit, {
  keeper,
  views: (${answerViews})(kit, (${predictionReader})()),
  snippets: (${snippetWriter})(),
  panelOf: (card) => (${writingPanel})(kit, (${textEvents})(keeper), card),
});
`;

/**
 * The page on which people try the models that a server has loaded, the same for everybody. It asks that server for its
 * models, for `playground.json` (`playgroundData`) and for predictions, and nobody else for anything; where the server
 * wants a key, it asks its reader for one. `?model=…&text=…`, and of a model of pairs `&second=…`, fills it in.
 */
export function playgroundPage(): string {
  return renderPage({
    title: "Modelwright: try a model",
    head: new Markup('<link rel="icon" href="data:,">\n'),
    style: PLAYGROUND_STYLE,
    links: [
      { title: "Playground", href: "./", isCurrent: true },
      { title: "API description", href: "openapi.json" },
      { title: "Metrics", href: "metrics" },
    ],
    main: html`<h1>Try a model</h1>
<p class="byline">What you write goes to this server alone.</p>
<form id="key-form" hidden>
<label for="key">Key of this server</label>
<input id="key" type="password" required autocomplete="off" spellcheck="false" placeholder="mw_…" aria-describedby="key-hint">
<p id="key-problem" class="problem" role="alert" hidden></p>
<div class="row"><span id="key-hint" class="quiet">It is kept for this tab alone, until it is closed.</span><button class="send">Use it</button></div>
</form>
<p id="key-given" class="quiet" hidden>With the key that you gave this tab. <button type="button" class="copy" id="forget-key">Forget it</button></p>
<form id="form" hidden>
<label for="model">Model</label>
<select id="model" required></select>
<p id="about" hidden><a id="report">Report of this version</a>: how well it does, and where it fails</p>
<label for="item" id="item-name">Text</label>
<textarea id="item" required dir="auto"></textarea>
<div id="beside" hidden><label for="second">second text</label>
<textarea id="second" dir="auto"></textarea></div>
<div class="row"><label class="choice" id="several-choice"><input type="checkbox" id="several"><span id="several-name">Several, one per line</span></label>
<span class="buttons"><button type="button" class="copy" id="fresh" hidden>New conversation</button><button id="send">Predict</button></span></div>
<div id="try" hidden><span class="label">Examples from its test rows</span><div class="chips" id="examples"></div></div>
</form>
<p id="problem" class="problem" role="alert" hidden></p>
<div id="answer" class="card" aria-live="polite" hidden></div>
<section id="program" aria-labelledby="from-a-program" hidden><h2 id="from-a-program">From a program</h2>
<p class="quiet">The request above, ready to paste. <span id="copied" role="status"></span></p>
<div class="row"><h3>curl</h3><button type="button" class="copy" data-copies="curl" aria-label="Copy as curl">Copy</button></div>
<pre id="curl" tabindex="0" role="region" aria-label="The request as curl"></pre>
<div class="row"><h3>TypeScript</h3><button type="button" class="copy" data-copies="typescript" aria-label="Copy as TypeScript">Copy</button></div>
<pre id="typescript" tabindex="0" role="region" aria-label="The request as TypeScript"></pre>
</section>`,
    scripts: html`<script type="module">${new Markup(SCRIPT)}</script>
`,
  });
}

/**
 * What the page knows of the models that are served, for whoever may see them.
 *
 * @param models.tasks Of the models.
 * @param models.examples Items to begin with, by `name:version`.
 * @param models.reports Models that have a report, as `name:version`.
 * @param models.writers What models write, by `name:version`.
 */
export function playgroundData({
  tasks,
  ...models
}: { readonly tasks: readonly TaskName[] } & Omit<PlaygroundData, "tasks">): PlaygroundData {
  return { tasks: Object.fromEntries(tasks.map((task) => [task, describeTask(task)])), ...models };
}

/** Allows the page's own style and script, and requests to its own server. */
export const PLAYGROUND_POLICY = [
  "default-src 'none'",
  "connect-src 'self'",
  "img-src data:",
  `style-src '${hash(styleOf(PLAYGROUND_STYLE))}'`,
  `script-src '${hash(SCRIPT)}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** What an item of the task is called, how it is sent, and options that show most of an answer. */
function describeTask(task: TaskName): PlaygroundTask {
  const { words, item, example } = taskSchemas(task);
  const isText = item({ maxItemBytes: 1 }).safeParse("").success;
  return { one: words.item, sample: words.sample, isText, options: example.options ?? {} };
}

function hash(source: string): string {
  return `sha256-${createHash("sha256").update(source).digest("base64")}`;
}
