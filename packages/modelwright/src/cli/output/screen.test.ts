import { expect, test } from "vitest";
import { Screen } from "./screen.ts";

function recorded(json: boolean) {
  const written = { out: "", err: "" };
  const stream = (name: "out" | "err") => ({ write: (text: string) => (written[name] += text) });
  return { screen: new Screen({ json }, { out: stream("out"), err: stream("err") }), written };
}

test("what a person reads is on stdout, and without --json there is no document", () => {
  const { screen, written } = recorded(false);
  screen.say("one", "two");
  screen.note("aside");
  screen.result({ a: 1 });
  expect(written).toEqual({ out: "one\ntwo\n", err: "aside\n" });
});

test("with --json, stdout is one document and nothing else", () => {
  const { screen, written } = recorded(true);
  screen.say("one");
  screen.note("aside");
  screen.result({ a: 1 });
  expect(JSON.parse(written.out)).toEqual({ a: 1 });
  expect(written.err).toBe("one\naside\n");
});
