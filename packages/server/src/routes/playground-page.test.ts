import { createContext, Script } from "node:vm";
import { type TaskName, taskNames, taskSchemas } from "@modelwright/contracts";
import { inferenceRow } from "@modelwright/inference";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createServer } from "../create-server.ts";
import { openRegistryOfAllTasks, type TinyRegistry } from "../testing/tiny-registry.ts";

let opened: TinyRegistry;
let app: FastifyInstance;

beforeAll(async () => {
  opened = await openRegistryOfAllTasks();
  app = await createServer({ registry: opened.registry, models: [], workers: 1, drainMs: 0 });
});

afterAll(async () => {
  await app.close();
  await opened.remove();
});

/** As much of an element as the page uses. */
class Element {
  readonly name: string;
  children: (Element | string)[] = [];
  value = "";
  hidden = false;
  readonly #listeners = new Map<string, (event: object) => unknown>();

  constructor(name: string) {
    this.name = name;
  }

  append(...children: (Element | string)[]): void {
    this.children.push(...children);
  }

  replaceChildren(...children: (Element | string)[]): void {
    this.children = children;
    const [first] = children;
    if (this.name === "select" && first instanceof Element) this.value = first.value;
  }

  addEventListener(type: string, listener: (event: object) => unknown): void {
    this.#listeners.set(type, listener);
  }

  async dispatch(type: string): Promise<void> {
    await this.#listeners.get(type)?.({ preventDefault: () => {} });
  }

  get textContent(): string {
    return this.children.map((child) => (typeof child === "string" ? child : child.textContent)).join("");
  }

  set textContent(text: string) {
    this.children = [text];
  }

  all(name: string): Element[] {
    const own = this.name === name ? [this] : [];
    return [...own, ...this.children.flatMap((child) => (child instanceof Element ? child.all(name) : []))];
  }
}

/** Runs the page's script over elements of our own and the application's routes. */
async function openPage() {
  const { body: html } = await app.inject("/");
  const [, tasks = ""] = /<script id="tasks" type="application\/json">(.*)<\/script>/.exec(html)!;
  const [, script = ""] = /<script type="module">([\s\S]*)<\/script>/.exec(html)!;
  const [form, label] = [new Element("form"), new Element("label")];
  const elements = new Map<string, Element>([
    ["model", new Element("select")],
    ["item", new Element("textarea")],
    ["send", new Element("button")],
    ["answer", new Element("section")],
    ["tasks", new Element("script")],
  ]);
  elements.get("tasks")!.textContent = tasks;
  let listed = () => {};
  const isListed = new Promise<void>((resolve) => {
    listed = resolve;
  });
  const window = createContext({
    performance,
    URLSearchParams,
    location: { search: "" },
    document: {
      getElementById: (id: string) => elements.get(id),
      querySelector: (selector: string) => (selector === "form" ? form : label),
      createElement: (name: string) => new Element(name),
    },
    fetch: async (path: string, options: { method?: "POST"; headers?: Record<string, string>; body?: string } = {}) => {
      const { method = "GET", headers = {}, body } = options;
      const response = await app.inject({
        method,
        url: `/${path}`,
        headers,
        ...(body === undefined ? {} : { payload: body }),
      });
      setImmediate(listed);
      return { ok: response.statusCode < 300, json: async () => response.json() };
    },
  });
  new Script(script).runInContext(window);
  await isListed;
  return { form, label, item: elements.get("item")!, models: elements.get("model")!, answer: elements.get("answer")! };
}

test.each(taskNames)("answers an item of %s", async (task: TaskName) => {
  const { form, label, item, models, answer } = await openPage();
  const option = models.all("option").find(({ value }) => value === `${task}:1`)!;
  expect(option.textContent).toContain(`${task} version 1`);
  models.value = option.value;
  await models.dispatch("change");
  expect(label.textContent.toLowerCase()).toBe(taskSchemas(task).words.item);
  const [example] = (await inferenceRow(task).tinyVersion()).examples;
  item.value = String(example!.item);
  await form.dispatch("submit");
  const { body } = await app
    .inject({
      method: "POST",
      url: `/v1/models/${task}/predict`,
      payload: { [taskSchemas(task).words.item]: example!.item, options: taskSchemas(task).example.options },
    })
    .then((response) => ({ body: response.json() }));
  const [[, heading]] = Object.entries(body.predictions[0]) as [[string, unknown]];
  expect(answer.all("h2")[0]!.textContent).toContain(String(heading));
  expect(answer.textContent).toContain(`${task} version 1`);
  expect(answer.all("p").every(({ textContent }) => !textContent.includes("[object"))).toBe(true);
});

test("shows what is likeliest as bars, and what a server refuses as it says it", async () => {
  const { form, item, models, answer } = await openPage();
  models.value = "text-classification:1";
  await models.dispatch("change");
  item.value = "aab";
  await form.dispatch("submit");
  expect(answer.all("li").length).toBeGreaterThan(1);
  for (const bar of answer.all("li")) expect(bar.textContent).toMatch(/\d\.\d %$/);
  item.value = "x".repeat(70_000);
  await form.dispatch("submit");
  expect(answer.textContent).toContain("must be at most 65536 bytes");
});
