import { existsSync } from "node:fs";
import { CHROMIUM, openBrowser, openPage, pageFaults, SCREENS } from "@modelwright/pages/testing";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer } from "../create-server.ts";
import { get, post } from "../testing/requests.ts";
import { openTinyRegistry } from "../testing/tiny-registry.ts";
import { registerTinyVersion } from "../testing/tiny-version.ts";

let app: FastifyInstance;
let address: string;
let remove: () => Promise<void>;

beforeAll(async () => {
  const opened = await openTinyRegistry();
  remove = opened.remove;
  const { registry } = opened;
  const examples = [{ text: "a b", second: "b b" }, "not a pair"];
  await registerTinyVersion(registry, { name: "pairs", pairs: true, examples });
  await registerTinyVersion(registry, { name: "texts" });
  app = await createServer({ registry, models: ["pairs", "texts"], workers: 1, drainMs: 0 });
  address = await app.listen({ port: 0, host: "127.0.0.1" });
});

afterAll(async () => {
  await app.close();
  await remove();
});

const PAIR = { text: "a a", second: "b b b" };

test("a pair of texts is answered by both", async () => {
  const one = await post(app, "/v1/models/pairs/predict", { text: PAIR });
  expect(one.body.predictions).toMatchObject([{ label: "b" }]);
  const several = await post(app, "/v1/models/pairs/predict", { texts: [PAIR, { text: "c", second: "" }] });
  expect(several.body.predictions).toMatchObject([{ label: "b" }, { label: "c" }]);
});

test.each([
  ["pairs", { texts: [PAIR, "a"] }, "texts[1]", 'a pair of texts, { "text", "second" }'],
  ["texts", { texts: [PAIR] }, "texts[0]", "a text"],
])("a model of %s refuses %j, and answers others on", async (model, body, path, rule) => {
  const { status, body: error } = await post(app, `/v1/models/${model}/predict`, body);
  expect([status, error.code]).toEqual([400, "SERVER_REQUEST_INVALID"]);
  expect(error.message).toContain(`${path}: must be ${rule}`);
});

test("a pair is two tensors", async () => {
  const tensor = (name: string, data: readonly string[]) => ({ name, datatype: "BYTES", shape: [data.length], data });
  const inputs = [tensor("text", ["a", "c c"]), tensor("second", ["b b", "a"])];
  const { body } = await post(app, "/v2/models/pairs/infer", { inputs, outputs: [{ name: "label" }] });
  expect(body.outputs).toMatchObject([{ name: "label", data: ["b", "c"] }]);
  const { body: metadata } = await get(app, "/v2/models/pairs");
  expect(metadata.inputs.map(({ name }: { name: string }) => name)).toEqual(["text", "second"]);
  const alone = await post(app, "/v2/models/pairs/infer", { inputs: [inputs[0]] });
  expect(alone.status).toBe(400);
  const uneven = await post(app, "/v2/models/pairs/infer", { inputs: [inputs[0], tensor("second", ["b"])] });
  expect(uneven.body.error).toContain('inputs[1].shape: must hold 2 texts, as "text" does, got 1');
});

test("the list of models and the page to try them say which model reads pairs", async () => {
  const { body } = await get(app, "/v1/models");
  expect(body.models.map(({ name, pairs }: { name: string; pairs?: true }) => [name, pairs])).toEqual([
    ["pairs", true],
    ["texts", undefined],
  ]);
  const page = (await app.inject("/playground.json")).body;
  expect(page).toContain('"second":"b b"');
});

describe.runIf(existsSync(CHROMIUM)).each(SCREENS)("the page at $width pixels, $colorScheme", (screen) => {
  test("has a field for each text of a pair, and no place for several lines", async () => {
    const browser = await openBrowser();
    const { page, complaints } = await openPage(browser, `${address}/`, screen);
    await page.waitForSelector("option", { state: "attached" });
    await page.selectOption("#model", "pairs:1");
    expect(await page.isVisible("#several-choice")).toBe(false);
    await page.fill("#item", "a a");
    await page.fill("#second", "b b b");
    await page.click("#send");
    await page.waitForSelector("#answer:not([hidden])");
    expect(await page.textContent("#answer")).toContain("pairs version 1, ");
    expect(await pageFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.selectOption("#model", "texts:1");
    expect([await page.isVisible("#several-choice"), await page.isVisible("#second")]).toEqual([true, false]);
    await browser.close();
  });
});
