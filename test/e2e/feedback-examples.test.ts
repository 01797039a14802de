import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import express from "express";
import fastify from "fastify";
import type { Browser } from "playwright-core";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { feedback as forExpress } from "../../examples/feedback/express.ts";
import { feedback as forFastify } from "../../examples/feedback/fastify.ts";
import { feedback as forNext } from "../../examples/feedback/next.ts";
import { openBrowser, openPage, pageFaults, SCREENS } from "../../packages/pages/src/testing/browser.ts";
import { createServer } from "../../packages/server/src/create-server.ts";
import { openTinyRegistry, type TinyRegistry } from "../../packages/server/src/testing/tiny-registry.ts";

const USER = "x-user";

let opened: TinyRegistry;
let target: { readonly url: string; readonly key: string };
let predictKey: string;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  opened = await openTinyRegistry();
  const { keys } = opened.registry.stores;
  const make = async (name: string, role: "label" | "predict") => (await keys.create({ name, roles: [role] })).token;
  const [key, other] = [await make("shop", "label"), await make("asks", "predict")];
  const { registry } = opened;
  const app = await createServer({ registry, models: ["letters"], workers: 1, drainMs: 0, record: "items" });
  ends.push(() => app.close());
  [target, predictKey] = [{ url: await app.listen({ port: 0 }), key }, other];
});
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
  await opened.remove();
});

async function predict(): Promise<string> {
  const answer = await fetch(`${target.url}/v1/models/letters/predict`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${predictKey}` },
    body: JSON.stringify({ text: "bb" }),
  });
  return ((await answer.json()) as { id: string }).id;
}

/** What the registry knows of a prediction, with who said it. */
async function known(prediction: string): Promise<unknown[]> {
  const found = [];
  for await (const page of opened.registry.stores.feedback.scan({ model: "letters" })) {
    for (const { feedback } of page)
      if (feedback.prediction === `${prediction}.0`) found.push([feedback.kind, feedback.value, feedback.by]);
  }
  return found;
}

const FRAMEWORKS: Readonly<Record<string, (to: typeof target) => Promise<string>>> = {
  express: async (to) => {
    const app = express();
    app.post(
      "/feedback",
      express.json(),
      forExpress(to, (request: express.Request) => request.get(USER)),
    );
    const server = app.listen(0);
    ends.push(() => new Promise((resolve) => server.close(resolve)));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/feedback`;
  },
  fastify: async (to) => {
    const app = fastify({ forceCloseConnections: true });
    await app.register(forFastify, { ...to, userOf: ({ headers }) => headers[USER] as string | undefined });
    ends.push(() => app.close());
    return `${await app.listen({ port: 0 })}/feedback`;
  },
  "Request and Response": async (to) => {
    const handler = forNext(to, async ({ headers }) => headers.get(USER) ?? undefined);
    const server = createHttpServer(async (incoming, outgoing) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Uint8Array);
      const headers = incoming.headers as Record<string, string>;
      const request = new Request("http://here/feedback", { method: "POST", headers, body: Buffer.concat(chunks) });
      const response = await handler(request);
      outgoing.writeHead(response.status, { "content-type": "application/json" }).end(await response.text());
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    ends.push(() => new Promise((resolve) => server.close(resolve)));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/feedback`;
  },
};

describe.each(Object.entries(FRAMEWORKS))("feedback by %s", (_, start) => {
  const say = async (url: string, body: unknown, user?: string): Promise<[number, unknown]> => {
    const headers = { "content-type": "application/json", connection: "close", ...(user && { [USER]: user }) };
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    return [answer.status, await answer.json()];
  };

  test("reaches the registry under the name of who is signed in, and nothing else does", async () => {
    const url = await start(target);
    const prediction = await predict();
    expect(await say(url, { prediction, thumb: "down", by: "somebody else", truth: "a" }, "wang-fang")).toEqual([
      200,
      {},
    ]);
    expect(await say(url, { prediction, correction: "a" }, "wang-fang")).toEqual([200, {}]);
    const refused = [
      [{ prediction, thumb: "up" }, undefined, 401, "Sign in first."],
      [{ prediction, truth: "a" }, "ada", 400, "one of thumb, correction, comment"],
      [{ thumb: "up" }, "ada", 400, "Send a prediction's id"],
      [[], "ada", 400, "Send a prediction's id"],
      [{ prediction, correction: "z" }, "ada", 400, 'must be "a", "b" or "c"'],
    ] as const;
    for (const [body, user, status, message] of refused) {
      const answer = await say(url, body, user);
      expect(answer).toEqual([status, { message: expect.stringContaining(message) }]);
    }
    expect((await known(prediction)).toSorted()).toEqual([
      ["correction", "a", "wang-fang"],
      ["thumb", "down", "wang-fang"],
    ]);
  });

  test("says that it is not set up, or cannot be taken now, without a word of the key", async () => {
    const body = { prediction: "0198f3a0-5c1e-7d35-9a51-6c0f2e7b8d14", thumb: "up" };
    const answers = [
      await say(await start({ ...target, key: predictKey }), body, "ada"),
      await say(await start({ ...target, url: "http://127.0.0.1:1" }), body, "ada"),
    ];
    expect(answers).toEqual([
      [502, { message: "Feedback is not set up." }],
      [503, { message: "Feedback cannot be taken now. Send it again." }],
    ]);
  });
});

describe("the buttons", () => {
  const PAGE = `import { createRoot } from "react-dom/client";
    import { createElement } from "react";
    import { FeedbackButtons } from ${JSON.stringify(fileURLToPath(new URL("../../examples/feedback/feedback-buttons.tsx", import.meta.url)))};
    const [prediction] = location.hash.slice(1).split(",");
    createRoot(document.querySelector("div")).render(createElement(FeedbackButtons, { prediction, labels: ["a", "b", "c"] }));`;
  let url: string;
  let browser: Browser;
  let isAway = false;

  beforeAll(async () => {
    const bundle = await rolldown({
      input: "page.js",
      platform: "browser",
      transform: { define: { "process.env.NODE_ENV": '"production"' }, jsx: "react-jsx" },
      plugins: [
        {
          name: "page",
          resolveId: (id) => (id === "page.js" ? fileURLToPath(new URL("page.js", import.meta.url)) : undefined),
          load: (id) => (id.endsWith("page.js") ? PAGE : undefined),
        },
      ],
    });
    const { output } = await bundle.generate({ format: "es" });
    await bundle.close();
    const app = express();
    app.get("/", (_, response) => {
      response.send(
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Mail</title><main><h1>Mail</h1><div></div></main><script type="module" src="/page.js"></script></html>',
      );
    });
    app.get("/page.js", (_, response) => {
      response.type("text/javascript").send(output[0].code);
    });
    app.post("/feedback", (_, response, next) => (isAway ? void response.status(503).json({}) : next()));
    app.post(
      "/feedback",
      express.json(),
      forExpress(target, () => "ada"),
    );
    const server = app.listen(0);
    ends.push(() => new Promise((resolve) => server.close(resolve)));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await openBrowser();
    ends.push(() => browser.close());
  });

  test("take a No and what would have been right, by keyboard, and send again what did not get through", async () => {
    const prediction = await predict();
    const { page } = await openPage(browser, `${url}#${prediction}`, SCREENS[2]);
    await page.getByRole("button", { name: "No" }).waitFor();
    expect(await pageFaults(page)).toEqual([]);
    isAway = true;
    await page.getByRole("button", { name: "No" }).press("Enter");
    await page.getByRole("alert").waitFor();
    isAway = false;
    await page.getByRole("button", { name: "Try again" }).press("Enter");
    await page.getByLabel("What would have been right?").selectOption("c");
    await page.getByRole("status").waitFor();
    expect(await page.getByRole("status").textContent()).toBe("Thank you.");
    expect(await pageFaults(page)).toEqual([]);
    expect((await known(prediction)).toSorted()).toEqual([
      ["correction", "c", "ada"],
      ["thumb", "down", "ada"],
    ]);
  });
});
