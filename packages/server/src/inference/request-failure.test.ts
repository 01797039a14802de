import { ModelwrightError } from "@modelwright/contracts";
import { expect, test } from "vitest";
import { requestFailure } from "./request-failure.ts";

test("passes on what is wrong with a request, and says of the rest that the model could not be run", () => {
  const theirs = new ModelwrightError("TOKENIZER_INVALID", { file: "tokenizer.json", problem: "no model" });
  expect(requestFailure(theirs)).toBe(theirs);
  for (const cause of [new Error("out of memory"), "out of memory"])
    expect(requestFailure(cause)).toMatchObject({
      code: "SERVER_WORKER_FAILED",
      details: { attempts: 1, problem: "out of memory" },
      cause,
    });
  const ours = new ModelwrightError("SERVER_WORKER_FAILED", { attempts: 2, problem: "it died" });
  expect(requestFailure(ours)).toMatchObject({ code: "SERVER_WORKER_FAILED", cause: ours });
});
