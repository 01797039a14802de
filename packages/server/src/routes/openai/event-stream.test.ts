import fastify from "fastify";
import { expect, test } from "vitest";
import { type EventSink, sendEvents } from "./event-stream.ts";

/** What a client gets of work. */
async function answerOf(work: (sink: EventSink) => Promise<void>) {
  const app = fastify();
  app.get("/", (_, reply) => sendEvents(reply, work));
  return app.inject("/");
}

test("what is sent after the end changes nothing", async () => {
  let sink: EventSink | undefined;
  const failed = await answerOf(async (given) => {
    sink = given;
    throw new Error("wrong");
  });
  expect(failed.statusCode).toBe(500);
  expect(() => sink!.send({ late: true })).not.toThrow();
  const written = await answerOf(async (given) => {
    sink = given;
    given.send({ text: "a" });
  });
  expect(() => sink!.send({ late: true })).not.toThrow();
  expect(written.body).toBe('data: {"text":"a"}\n\ndata: [DONE]\n\n');
  // An error of a stream is told in a later turn, to nobody who listens: it would end the process.
  await new Promise((resolve) => setImmediate(resolve));
});
