import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CHROMIUM, openBrowser, openPage, pageFaults, SCREENS } from "@modelwright/pages/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inventReport } from "../testing/invented-report.ts";
import { renderReport } from "./render-report.ts";

const manyLabels = Array.from(
  { length: 150 },
  (_, index) => `balance_not_updated_after_cheque_or_cash_deposit ${index}`,
);
const hostileLabels = ["__proto__", "</script><script>alert(1)</script>", "x".repeat(5000), "שלום עולם", "退款"];

const [desk, , , phone] = SCREENS;

/** What there is to look at: few labels, odd ones, and many. */
const REPORTS = {
  "2 labels": { report: () => inventReport(["ham", "spam"], 60), screens: SCREENS },
  "odd labels": { report: () => inventReport(hostileLabels, 60), screens: [desk, phone] },
  "150 labels": { report: () => inventReport(manyLabels, 300), screens: [desk, phone] },
};

describe.runIf(existsSync(CHROMIUM))("a report from disk", () => {
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  let folder: string;
  beforeAll(async () => {
    browser = await openBrowser();
    folder = await mkdtemp(join(tmpdir(), "modelwright-report-"));
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  async function addressOf(name: string, page: string): Promise<string> {
    const file = join(folder, `${name}.html`);
    await writeFile(file, page);
    return pathToFileURL(file).href;
  }

  test.each(Object.entries(REPORTS))(
    "of %s can be read on a desk and on a phone, and asks for nothing",
    async (name, { report, screens }) => {
      const address = await addressOf(name, renderReport(report()));
      for (const screen of screens) {
        const { page, requests, complaints } = await openPage(browser, address, screen);
        expect([screen, await pageFaults(page)]).toEqual([screen, []]);
        expect(requests).toEqual([address]);
        expect(complaints).toEqual([]);
        await page.context().close();
      }
    },
  );

  test("has bars that are as wide as a phone", async () => {
    const address = await addressOf("phone", renderReport(REPORTS["2 labels"].report()));
    const { page } = await openPage(browser, address, SCREENS[2]);
    const widths = await page
      .locator(".compare .track")
      .evaluateAll((tracks) => tracks.map((track) => track.clientWidth));
    expect(Math.min(...widths)).toBeGreaterThan(300);
    await page.context().close();
  });

  test("explains a word where the pointer rests, and where a key leads", async () => {
    const address = await addressOf("terms", renderReport(REPORTS["2 labels"].report()));
    const { page } = await openPage(browser, address, SCREENS[0]);
    const shown = () => page.evaluate("getComputedStyle(document.querySelector('tbody .term'), '::after').content");
    expect(await shown()).toBe("none");
    await page.locator("tbody .term").first().focus();
    expect(await shown()).toContain("Harmonic mean of precision and recall");
    await page.locator("h1").click();
    expect(await shown()).toBe("none");
    await page.locator("tbody .term").first().hover();
    expect(await shown()).toContain("Harmonic mean of precision and recall");
    await page.context().close();
  });
});
