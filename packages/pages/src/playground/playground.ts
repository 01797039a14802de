import type { AnswerViews } from "./answer-views.ts";
import type { DomKit } from "./dom-kit.ts";
import type { KeyKeeper } from "./key-keeper.ts";
import type { SnippetWriter } from "./snippets.ts";
import type { WritingPanel } from "./writing-panel.ts";

/** What the page knows of a task. */
export interface PlaygroundTask {
  /** What one item is called: `text`. */
  readonly one: string;
  /** Stands in the empty field. */
  readonly sample: string;
  /** Whether an item is a text as it stands, and not JSON. */
  readonly isText: boolean;
  /** Options that show most of an answer. */
  readonly options: object;
}

/** A text, two for a model of pairs, or a row of a table by column. */
export type PlaygroundItem = string | Readonly<Record<string, unknown>>;

/** What the page asks the server for beside its models. */
export interface PlaygroundData {
  readonly tasks: Readonly<Record<string, PlaygroundTask>>;
  /** Items to begin with, by `name:version`. */
  readonly examples: readonly (readonly [model: string, items: readonly PlaygroundItem[]])[];
  /** Models that have a report, as `name:version`. */
  readonly reports: readonly string[];
  /** What models write, by `name:version`; others write nothing. */
  readonly writers: readonly (readonly [model: string, writes: "text" | "conversation"])[];
}

interface ListedModel {
  readonly name: string;
  readonly version: number;
  readonly task: string;
  readonly labels?: readonly string[];
  /** An item is two texts. */
  readonly pairs?: boolean;
}

interface Answer {
  readonly model: { readonly name: string; readonly version: number };
  readonly predictions: readonly Readonly<Record<string, unknown>>[];
}

/** The page's program. Its source is what the page carries: it refers to nothing outside but its parameters. */
export function playground(
  { byId, make }: DomKit,
  {
    keeper,
    views,
    snippets,
    panelOf,
  }: {
    readonly keeper: KeyKeeper;
    readonly views: AnswerViews;
    readonly snippets: SnippetWriter;
    readonly panelOf: (card: HTMLElement) => WritingPanel;
  },
): void {
  const form = byId<HTMLFormElement>("form");
  const [models, field] = [byId<HTMLSelectElement>("model"), byId<HTMLTextAreaElement>("item")];
  const second = byId<HTMLTextAreaElement>("second");
  const several = byId<HTMLInputElement>("several");
  const [button, answer, problem] = [byId<HTMLButtonElement>("send"), byId("answer"), byId("problem")];
  const listed = new Map<string, ListedModel>();
  let tasks: PlaygroundData["tasks"] = {};
  let reports: PlaygroundData["reports"] = [];
  let examplesOf = new Map<string, readonly PlaygroundItem[]>();
  let writes = new Map<string, "text" | "conversation">();
  const panel = panelOf(answer);
  const fresh = byId<HTMLButtonElement>("fresh");
  /** Of the text that is being written. */
  let writing: AbortController | undefined;

  async function call<T>(path: string, options?: RequestInit): Promise<T> {
    return (await keeper.send(path, options)).json();
  }

  const chosenTask = () => tasks[listed.get(models.value)?.task ?? ""];

  const readsPairs = () => listed.get(models.value)?.pairs === true;
  const shownItem = (item: PlaygroundItem) => {
    if (typeof item === "string") return item;
    return readsPairs() ? `${item.text}\n${item.second}` : JSON.stringify(item);
  };

  function items(): PlaygroundItem[] {
    if (readsPairs()) return [{ text: field.value, second: second.value }];
    return several.checked ? field.value.split("\n").filter((line) => line.trim() !== "") : [field.value];
  }

  /** What the chosen model writes as it is asked; undefined where it predicts. */
  const writesNow = () => (several.checked ? undefined : writes.get(models.value));

  /** The request that the form stands for; undefined without a model. */
  function request() {
    const task = chosenTask();
    if (task === undefined) return undefined;
    const { one, isText, options } = task;
    const kind = writesNow();
    if (kind !== undefined) {
      const { maxTokens } = options as { readonly maxTokens?: number };
      const common = { model: models.value, ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }) };
      return kind === "text"
        ? { path: "v1/completions", body: { ...common, prompt: field.value } }
        : {
            path: "v1/chat/completions",
            body: { ...common, messages: [...panel.turns(), { role: "user", content: field.value }] },
          };
    }
    const values = items().map((item) => (isText || typeof item !== "string" ? item : JSON.parse(item)));
    const asked = several.checked ? { [`${one}s`]: values } : { [one]: values[0] };
    const body = Object.keys(options).length === 0 ? asked : { ...asked, options };
    return { path: `v1/models/${encodeURIComponent(models.value)}/predict`, body };
  }

  function writeSnippets(): void {
    try {
      const { path, body } = request() ?? { path: "", body: {} };
      const url = new URL(path, location.href.replace(/[?#].*/s, "")).href;
      const shown = { url, body, needsKey: keeper.hasKey() };
      byId("curl").textContent = snippets.curl(shown);
      byId("typescript").textContent = snippets.typescript({
        ...shown,
        given: writesNow() === undefined ? "predictions" : "choices",
      });
    } catch {
      // The field does not hold JSON yet: the snippets stay as they are.
    }
  }

  function showProblem(error: unknown): void {
    // It is said where the key is asked for.
    if (error instanceof Error && error.name === "KeyNeeded") return;
    problem.textContent = error instanceof Error ? error.message : String(error);
    problem.hidden = false;
  }

  async function send(): Promise<void> {
    button.disabled = true;
    problem.hidden = true;
    try {
      const asked = items();
      const { path, body } = request() ?? { path: "", body: {} };
      const start = performance.now();
      const { model, predictions } = await call<Answer>(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const milliseconds = (performance.now() - start).toFixed(0);
      const shown = several.checked
        ? views.list(asked.map(shownItem), predictions)
        : views.whole(shownItem(asked[0] ?? ""), predictions[0] ?? {});
      const note = `${model.name} version ${model.version}, ${milliseconds} ms`;
      answer.replaceChildren(shown, make("p", note, { class: "note" }));
      answer.hidden = false;
    } catch (error) {
      answer.hidden = true;
      showProblem(error);
    } finally {
      button.disabled = false;
    }
  }

  /** Writes a text as it comes; the button stops it. */
  async function write(): Promise<void> {
    problem.hidden = true;
    writing = new AbortController();
    button.textContent = "Stop";
    const isConversation = writesNow() === "conversation";
    try {
      const { name = "", version = 0 } = listed.get(models.value) ?? {};
      const asked = request() ?? { path: "", body: {} };
      const model = `${name} version ${version}`;
      await panel.show({ ...asked, prompt: field.value, isConversation, model, signal: writing.signal });
      if (isConversation) field.value = "";
    } catch (error) {
      answer.hidden = panel.turns().length === 0;
      showProblem(error);
    } finally {
      writing = undefined;
      nameField();
      writeSnippets();
    }
  }

  function showExamples(): void {
    const given = examplesOf.get(models.value) ?? [];
    const one = chosenTask()?.one ?? "text";
    const buttons = given.map((item) => {
      const text = shownItem(item).replace("\n", " / ");
      const chip = make("button", text.length > 60 ? `${text.slice(0, 60)} …` : text, {
        type: "button",
        class: "chip",
        dir: "auto",
      });
      chip.addEventListener("click", () => {
        several.checked = false;
        panel.forget();
        fill(item);
        form.requestSubmit();
      });
      return chip;
    });
    if (given.length > 1 && !readsPairs()) {
      const all = make("button", `All ${given.length} ${one}s at once`, { type: "button", class: "chip all" });
      all.addEventListener("click", () => {
        several.checked = true;
        fill(given.map((item) => shownItem(item).replaceAll(/\s+/g, " ")).join("\n"));
        form.requestSubmit();
      });
      buttons.push(all);
    }
    byId("examples").replaceChildren(...buttons);
    byId("try").hidden = given.length === 0;
  }

  function fill(item: PlaygroundItem): void {
    field.value = typeof item === "object" && readsPairs() ? String(item.text) : shownItem(item);
    second.value = typeof item === "object" && readsPairs() ? String(item.second) : "";
    nameField();
    writeSnippets();
  }

  function nameField(): void {
    const one = chosenTask()?.one ?? "text";
    byId("item-name").textContent = several.checked ? `${one}s, one per line` : one;
    byId("several-name").textContent = `Several ${one}s, one per line`;
    button.textContent = writesNow() === undefined ? "Predict" : "Write";
    fresh.hidden = panel.turns().length === 0;
  }

  function chooseModel(): void {
    const task = chosenTask();
    if (task === undefined) return;
    field.placeholder = task.sample;
    panel.forget();
    const isPair = readsPairs();
    byId("beside").hidden = !isPair;
    second.required = isPair;
    byId("several-choice").hidden = isPair;
    if (isPair) several.checked = false;
    answer.hidden = true;
    problem.hidden = true;
    showExamples();
    byId<HTMLAnchorElement>("report").href = `models/${encodeURIComponent(models.value)}/report`;
    byId("about").hidden = !reports.includes(models.value);
    nameField();
    writeSnippets();
  }

  async function copy(id: string, copied: HTMLElement): Promise<void> {
    const code = byId(id);
    try {
      await navigator.clipboard.writeText(code.textContent ?? "");
      copied.textContent = "Copied";
    } catch {
      // Browsers give the clipboard to pages of this machine and of https alone.
      getSelection()?.selectAllChildren(code);
      copied.textContent = "Selected: press Ctrl + C";
    }
    setTimeout(() => {
      copied.textContent = "";
    }, 3000);
  }

  function begin(data: PlaygroundData, loaded: readonly ListedModel[]): void {
    ({ tasks, reports } = data);
    [examplesOf, writes] = [new Map(data.examples), new Map(data.writers)];
    form.hidden = false;
    byId("program").hidden = false;
    const options = loaded.map((model) => {
      const { name, version, labels } = model;
      const value = `${name}:${version}`;
      listed.set(value, model);
      return make("option", `${name} version ${version}${labels === undefined ? "" : ` (${labels.length} labels)`}`, {
        value,
      });
    });
    models.replaceChildren(...options);
    const wanted = new URLSearchParams(location.search);
    const model = wanted.get("model");
    if (model !== null && listed.has(model)) models.value = model;
    chooseModel();
    const text = wanted.get("text");
    if (text === null) return;
    fill(readsPairs() ? { text, second: wanted.get("second") ?? "" } : text);
    form.requestSubmit();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (writing !== undefined) writing.abort();
    else if (writesNow() === undefined) void send();
    else void write();
  });
  fresh.addEventListener("click", chooseModel);
  for (const each of [field, second]) {
    each.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    each.addEventListener("input", writeSnippets);
  }
  several.addEventListener("change", chooseModel);
  models.addEventListener("change", chooseModel);
  for (const copier of document.querySelectorAll<HTMLElement>("[data-copies]")) {
    copier.addEventListener("click", () => void copy(copier.dataset.copies ?? "", byId("copied")));
  }
  function start(): void {
    problem.hidden = true;
    // One after the other: a key that is missing is asked for once.
    call<PlaygroundData>("playground.json")
      .then(async (data) => begin(data, (await call<{ models: readonly ListedModel[] }>("v1/models")).models))
      .catch(showProblem);
  }
  keeper.onKey(start);
  start();
}
