import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CHROMIUM, openBrowser, openPage, pageFaults, SCREENS } from "@modelwright/pages/testing";
import { describe, expect, test } from "vitest";
import { NOW, WatchedModel } from "../testing/watched-model.ts";
import { watchTraffic } from "../watch-traffic.ts";
import { renderMonitorReport } from "./render-monitor-report.ts";

/** A category that would break out of a page that does not escape it. */
const HOSTILE = '</script><img src=x onerror=alert(1)>"';

describe.runIf(existsSync(CHROMIUM))("a report of traffic from disk", () => {
  test("can be read on a desk and on a phone, and asks for nothing", async () => {
    const model = await WatchedModel.open("tabular-classification");
    await model.serve({ seed: 1, rows: 350, shift: 1, failing: 0.1, hostile: HOSTILE });
    const report = await watchTraffic(model.registry, "watched", { now: NOW });
    await model.close();
    const folder = await mkdtemp(join(tmpdir(), "modelwright-traffic-"));
    const file = join(folder, "traffic.html");
    await writeFile(file, renderMonitorReport(report));
    const browser = await openBrowser();
    try {
      for (const screen of [SCREENS[0], SCREENS[3]] as const) {
        const { page, requests, complaints } = await openPage(browser, pathToFileURL(file).href, screen);
        expect(await pageFaults(page)).toEqual([]);
        expect([requests.length, complaints]).toEqual([1, []]);
        expect(await page.locator(".checks .alert").count()).toBeGreaterThan(0);
        expect(await page.locator("main").textContent()).toContain(HOSTILE);
        await page.context().close();
      }
    } finally {
      await browser.close();
      await rm(folder, { recursive: true });
    }
  });
});
