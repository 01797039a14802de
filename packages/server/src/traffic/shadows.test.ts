import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { ServedModels } from "../inference/served-models.ts";
import { Shadows } from "./shadows.ts";

/** Shadows of one version that is in memory, whose server is idle or not. */
function shadowsOf({
  isIdle = () => true,
  runner = "unit 1",
}: {
  readonly isIdle?: () => boolean;
  readonly runner?: string;
} = {}) {
  const told: string[] = [];
  const models = new ServedModels([
    { key: "letters:2", references: ["letters:2"], runner: "unit 1", record: { manifest: {} } } as never,
  ]);
  const shadows = new Shadows({
    isIdle,
    enter: () => {
      told.push("entered");
      return { models, leave: () => told.push("left") };
    },
    onAsked: () => told.push("asked"),
    onDropped: () => told.push("dropped"),
  });
  const offer = (ask: () => Promise<unknown>) => shadows.offer({ key: "letters:2", runner, ask });
  return { shadows, offer, told };
}

test("are asked one after the other, each held in memory while it is", async () => {
  const { offer, told } = shadowsOf();
  let running = 0;
  let most = 0;
  for (let i = 0; i < 5; i++) {
    offer(async () => {
      most = Math.max(most, ++running);
      await sleep(1);
      running--;
    });
  }
  while (told.length < 15) await sleep(1);
  expect([most, told.slice(0, 6)]).toEqual([1, ["entered", "asked", "left", "entered", "asked", "left"]]);
});

test("one that throws ends nothing, and the next is asked", async () => {
  const { offer, told } = shadowsOf();
  offer(() => Promise.reject(new Error("it fell over")));
  offer(async () => {});
  while (told.length < 6) await sleep(1);
  expect(told.filter((each) => each === "asked")).toHaveLength(2);
});

test("wait while the server has something to do, and what is too much is dropped and counted", async () => {
  let isIdle = false;
  const { offer, told } = shadowsOf({ isIdle: () => isIdle });
  for (let i = 0; i < 300; i++) offer(async () => {});
  await sleep(30);
  expect(told).toEqual(new Array(300 - 256).fill("dropped"));
  isIdle = true;
  while (told.filter((each) => each === "asked").length < 256) await sleep(1);
});

test("a slow one holds up the next, and nothing else", async () => {
  const { shadows, offer, told } = shadowsOf();
  offer(() => new Promise(() => {}));
  offer(async () => {});
  await sleep(20);
  expect(told).toEqual(["entered", "asked"]);
  shadows.close();
  expect(told.at(-1)).toBe("dropped");
});

test("one that was put out or loaded anew meanwhile is not asked", async () => {
  const { offer, told } = shadowsOf({ runner: "unit 0" });
  offer(async () => {});
  while (told.length < 3) await sleep(1);
  expect(told).toEqual(["entered", "dropped", "left"]);
});
