import { type FeedbackTarget, forwardFeedback } from "./forward-feedback.ts";

/** As much of Express 4 and 5 as is needed, so that this file needs none of their types. */
interface Request {
  readonly body?: unknown;
}
interface Response {
  status(code: number): { json(body: unknown): unknown };
}

/**
 * `app.post("/feedback", express.json(), feedback(target, userOf))`
 *
 * @param userOf Who is signed in, as your session says; undefined lets nobody speak.
 */
export function feedback<R extends Request>(target: FeedbackTarget, userOf: (request: R) => string | undefined) {
  return async (request: R, response: Response): Promise<void> => {
    const user = userOf(request);
    const { status, body } =
      user === undefined
        ? { status: 401, body: { message: "Sign in first." } }
        : await forwardFeedback(request.body, user, target);
    response.status(status).json(body);
  };
}
