import { existsSync } from "node:fs";
import { type TaskName, taskNames, taskSchemas } from "@modelwright/contracts";
import { inferenceRow } from "@modelwright/inference";
import { CHROMIUM, openBrowser, openPage, pageFaults, SCREENS, type WatchedPage } from "@modelwright/pages/testing";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer } from "../create-server.ts";
import { openRegistryOfAllTasks, openTinyRegistry, type TinyRegistry } from "../testing/tiny-registry.ts";
import { registerTinyVersion } from "../testing/tiny-version.ts";

type Browser = Awaited<ReturnType<typeof openBrowser>>;

let opened: TinyRegistry;
let app: FastifyInstance;
let address: string;

beforeAll(async () => {
  opened = await openRegistryOfAllTasks();
  app = await createServer({ registry: opened.registry, models: [], workers: 1, drainMs: 0 });
  address = await app.listen({ port: 0, host: "127.0.0.1" });
});

afterAll(async () => {
  await app.close();
  await opened.remove();
});

test("the page comes with a policy that allows its own style and script alone", async () => {
  const { headers, body } = await app.inject("/");
  expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; connect-src 'self'; /);
  expect(headers["content-security-policy"]).not.toContain("unsafe");
  expect(body).not.toMatch(/ style="| on[a-z]+="/);
});

test("a report is served as a page that may run nothing, where a version has one", async () => {
  const report = "<!doctype html><title>Report</title><script>alert(1)</script>";
  await registerTinyVersion(opened.registry, { name: "reported", report });
  const served = await createServer({ registry: opened.registry, models: ["reported"], workers: 1, drainMs: 0 });
  try {
    const { statusCode, headers, body } = await served.inject("/models/reported/report");
    expect([statusCode, body]).toEqual([200, report]);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'unsafe-inline'; /);
    expect((await served.inject("/models/reported%3A1/report")).body).toBe(report);
    expect((await served.inject("/models/other/report")).json()).toMatchObject({ code: "SERVER_MODEL_NOT_LOADED" });
  } finally {
    await served.close();
  }
  const without = await app.inject("/models/text-classification/report");
  expect([without.statusCode, without.json().code]).toEqual([404, "SERVER_REPORT_ABSENT"]);
});

describe.runIf(existsSync(CHROMIUM))("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  async function open(screen: (typeof SCREENS)[number] = SCREENS[0], query = ""): Promise<WatchedPage> {
    const watched = await openPage(browser, `${address}/${query}`, screen);
    await watched.page.waitForSelector("option", { state: "attached" });
    return watched;
  }

  test.each(taskNames)("answers an item of %s", async (task: TaskName) => {
    const { page, requests, complaints } = await open();
    await page.selectOption("#model", `${task}:1`);
    expect((await page.textContent("#item-name"))?.toLowerCase()).toBe(taskSchemas(task).words.item);
    const [example] = (await inferenceRow(task).tinyVersion()).examples;
    await page.fill("#item", typeof example!.item === "string" ? example!.item : JSON.stringify(example!.item));
    await page.click("#send");
    await page.waitForSelector("#answer:not([hidden])");
    const shown = await page.textContent("#answer");
    expect(shown).toContain(`${task} version 1, `);
    expect(shown).not.toMatch(/\[object|undefined|NaN/);
    expect(await pageFaults(page)).toEqual([]);
    // The address and the snippets are this server's, and so is everything that was asked for.
    expect(requests.every((url) => url.startsWith(address) || url.startsWith("data:"))).toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test.each(SCREENS)("shows several answers at $width pixels, $colorScheme", async (screen) => {
    const { page, complaints } = await open(screen);
    await page.selectOption("#model", "text-classification:1");
    await page.check("#several");
    await page.fill("#item", `aab\n\nb ${"x".repeat(300)}\nc </script>`);
    await page.click("#send");
    await page.waitForSelector(".line");
    expect(await page.locator(".line").count()).toBe(3);
    await page.locator(".line summary").last().click();
    expect(await page.locator(".line[open] .asked").textContent()).toBe("c </script>");
    expect(await page.locator(".line[open] li").count()).toBe(3);
    expect(await pageFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test.each(SCREENS)("writes on behind a text at $width pixels, $colorScheme", async (screen) => {
    const { page, complaints } = await open(screen);
    await page.selectOption("#model", "causal-language-modeling:1");
    expect(await page.textContent("#send")).toBe("Write");
    await page.fill("#item", "one");
    await page.click("#send");
    await page.waitForSelector("text=/tokens?,.* ms/");
    const written = (await page.textContent("#answer .written"))!;
    expect(written.startsWith("one")).toBe(true);
    expect(await page.textContent("#curl")).toContain("/v1/completions'");
    expect(await page.textContent("#typescript")).toContain("const { choices } =");
    expect(await pageFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test.each(SCREENS)("answers turn by turn at $width pixels, $colorScheme", async (screen) => {
    const { page, complaints } = await open(screen);
    await page.selectOption("#model", "instruction-tuning:1");
    for (const [turn, text] of ["one", "two"].entries()) {
      await page.fill("#item", text);
      expect(await page.textContent("#curl")).toContain(`"content":"${text}"`);
      await page.click("#send");
      await page.waitForFunction(`document.querySelectorAll(".turn.assistant").length === ${turn + 1}`);
      await page.waitForSelector("text=/tokens?,.* ms/");
    }
    expect(await page.locator(".turn.user").allTextContents()).toEqual(["Youone", "Youtwo"]);
    expect(await page.inputValue("#item")).toBe("");
    expect(await pageFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.click("#fresh");
    expect(await page.isVisible("#answer")).toBe(false);
    await page.context().close();
  });

  test("says what a server refuses as the server says it", async () => {
    const { page } = await open();
    await page.selectOption("#model", "text-classification:1");
    await page.fill("#item", "x".repeat(70_000));
    await page.click("#send");
    await page.waitForSelector("#problem:not([hidden])");
    expect(await page.textContent("#problem")).toContain("must be at most 65536 bytes");
    await page.context().close();
  });

  test("is filled in by its address, and its snippets ask for the same", async () => {
    const { page } = await open(SCREENS[0], "?model=text-classification:1&text=it%27s");
    await page.waitForSelector("#answer:not([hidden])");
    expect(await page.textContent("#curl")).toContain(`'${address}/v1/models/text-classification%3A1/predict'`);
    expect(await page.textContent("#curl")).toContain(`{"text":"it'\\''s"`);
    const program = (await page.textContent("#typescript"))!;
    const answer = await page.evaluate(
      `(async () => { ${program.replace("console.log(predictions);", "return predictions;")} })()`,
    );
    expect(answer).toMatchObject([{ label: expect.any(String), probability: expect.any(Number) }]);
    await page.context().close();
  });

  test("leads to the report of a version that has one, and to none where there is none", async () => {
    const report = "<!doctype html><html lang=en><title>Report</title><main><h1>It does well</h1></main></html>";
    await registerTinyVersion(opened.registry, { name: "measured", report });
    await registerTinyVersion(opened.registry, { name: "unmeasured" });
    const served = await createServer({
      registry: opened.registry,
      models: ["measured", "unmeasured"],
      workers: 1,
      drainMs: 0,
    });
    const at = await served.listen({ port: 0, host: "127.0.0.1" });
    try {
      const { page, complaints } = await openPage(browser, at, SCREENS[1]);
      await page.waitForSelector("option", { state: "attached" });
      await page.selectOption("#model", "unmeasured:1");
      expect(await page.isVisible("#report")).toBe(false);
      await page.selectOption("#model", "measured:1");
      expect(await pageFaults(page)).toEqual([]);
      await page.click("#report");
      await page.waitForSelector("text=It does well");
      expect(complaints).toEqual([]);
      await page.context().close();
    } finally {
      await served.close();
    }
  });

  test("asks for a key where there are some, says what it may not do, and keeps it for the tab", async () => {
    const { registry, remove } = await openTinyRegistry();
    const { keys } = registry.stores;
    const [reader, client] = await Promise.all([
      keys.create({ name: "reader", roles: ["read"] }),
      keys.create({ name: "client", roles: ["predict"], perMinute: 1 }),
    ]);
    const served = await createServer({ registry, models: [], workers: 1, drainMs: 0 });
    const at = await served.listen({ port: 0, host: "127.0.0.1" });
    const { page, requests } = await openPage(browser, at, SCREENS[2]);
    const give = async (key: string) => {
      await page.waitForSelector("#key-form:not([hidden])");
      await page.fill("#key", key);
      await page.keyboard.press("Enter");
    };
    const predict = async (shown: string) => {
      await page.fill("#item", "b");
      await page.click("#send");
      await page.waitForSelector(shown);
    };
    try {
      await page.waitForSelector("#key-form:not([hidden])");
      expect(await page.isVisible("#key-problem")).toBe(false);
      expect(await pageFaults(page)).toEqual([]);
      await give("mw_wrong");
      await page.waitForSelector("text=The server does not take this key: key: it has not the form");
      await give(reader.token);
      await predict('text=This key may not do that: key "reader": lacks the permission "predict"');
      await page.click("#forget-key");
      await give(client.token);
      await predict("#answer:not([hidden])");
      await predict('text=/Too much was asked for; again in \\d+ s: key "client"/');
      expect(await page.textContent("#curl")).toContain("Bearer $MODELWRIGHT_KEY");
      expect(await page.content()).not.toContain(client.token.slice(-43));
      expect(requests.join()).not.toContain("mw_");
      await page.reload();
      await page.waitForSelector("#form:not([hidden]) option", { state: "attached" });
      expect(await pageFaults(page)).toEqual([]);
      await keys.revoke("client");
      await new Promise((resolve) => setTimeout(resolve, 1100));
      await predict("text=it was revoked on");
    } finally {
      await page.context().close();
      await served.close();
      await remove();
    }
  });

  test("offers the version's own examples, one by one and at once", async () => {
    await registerTinyVersion(opened.registry, { name: "letters", examples: ["aab", "b\nb"] });
    const served = await createServer({
      registry: opened.registry,
      models: ["letters"],
      workers: 1,
      drainMs: 0,
    });
    const at = await served.listen({ port: 0, host: "127.0.0.1" });
    try {
      const { page } = await openPage(browser, at, SCREENS[2]);
      await page.click("text=aab");
      await page.waitForSelector("#answer:not([hidden])");
      expect(await page.inputValue("#item")).toBe("aab");
      await page.click("text=All 2 texts at once");
      await page.waitForSelector(".line");
      expect(await page.inputValue("#item")).toBe("aab\nb b");
      expect(await page.textContent("#item-name")).toBe("texts, one per line");
      expect(await page.locator(".line").count()).toBe(2);
      expect(await pageFaults(page)).toEqual([]);
      await page.context().close();
    } finally {
      await served.close();
    }
  });
});
