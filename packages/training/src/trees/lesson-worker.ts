import { parentPort } from "node:worker_threads";
import type { LessonMessage, TreeLesson } from "./train-several.ts";
import { trainTrees } from "./train-trees.ts";

parentPort!.on("message", async ({ data, options }: TreeLesson) => {
  const tell = (message: LessonMessage) => parentPort!.postMessage(message);
  tell({ ensemble: await trainTrees(data, { ...options, threads: 1 }, { onRound: ({ round }) => tell({ round }) }) });
});
