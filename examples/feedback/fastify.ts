import type { FastifyPluginAsync, FastifyRequest } from "fastify";
import { type FeedbackTarget, forwardFeedback } from "./forward-feedback.ts";

interface FeedbackOptions extends FeedbackTarget {
  /** Who is signed in, as your session says; undefined lets nobody speak. */
  readonly userOf: (request: FastifyRequest) => string | undefined;
}

/** `app.register(feedback, { url, key, userOf })` adds `POST /feedback`. */
export const feedback: FastifyPluginAsync<FeedbackOptions> = async (app, { userOf, ...target }) => {
  app.post("/feedback", { bodyLimit: 16_384 }, async (request, reply) => {
    const user = userOf(request);
    if (user === undefined) return reply.code(401).send({ message: "Sign in first." });
    const { status, body } = await forwardFeedback(request.body, user, target);
    return reply.code(status).send(body);
  });
};
