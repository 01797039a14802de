import { Readable } from "node:stream";
import { ModelwrightError } from "@modelwright/contracts";
import type { FastifyReply } from "fastify";
import { openAiError } from "./openai-error.ts";

/** Sends events while work goes on; what comes later goes nowhere. */
export interface EventSink {
  send(event: object): void;
}

/**
 * Answers by server-sent events, which end with `[DONE]`. What goes wrong before the first event is thrown, and so has a status; what goes
 * wrong later is an event.
 */
export async function sendEvents(reply: FastifyReply, work: (sink: EventSink) => Promise<void>): Promise<FastifyReply> {
  const stream = new Readable({ read: () => {} });
  let hasEnded = false;
  // Nobody listens to a stream that has ended, and what is pushed then would end the process.
  const lines = (data: string) => {
    if (!hasEnded) stream.push(`data: ${data}\n\n`);
  };
  let begun = () => {};
  const first = new Promise<void>((resolve) => {
    begun = resolve;
  });
  let hasBegun = false;
  const sink = {
    send: (event: object) => {
      hasBegun = true;
      lines(JSON.stringify(event));
      begun();
    },
  };
  const done = work(sink).then(
    () => lines("[DONE]"),
    (cause: unknown) => {
      if (!hasBegun) throw cause;
      const error = cause instanceof ModelwrightError ? cause : new ModelwrightError("SERVER_INTERNAL", {}, { cause });
      lines(JSON.stringify(openAiError(error)));
    },
  );
  const ended = done.finally(() => {
    hasEnded = true;
    stream.push(null);
  });
  await Promise.race([first, ended]);
  ended.catch(() => {}); // Thrown above, where it came before the first event.
  return reply
    .header("cache-control", "no-cache")
    .header("x-accel-buffering", "no")
    .type("text/event-stream; charset=utf-8")
    .send(stream);
}
