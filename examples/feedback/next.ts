import { type FeedbackTarget, forwardFeedback } from "./forward-feedback.ts";

/**
 * A route handler of Next.js, and of all that speak in `Request` and `Response` (Remix, Hono, SvelteKit). In `app/feedback/route.ts`:
 * `export const POST = feedback(target, userOf)`
 *
 * @param userOf Who is signed in, as your session says; undefined lets nobody speak.
 */
export function feedback(target: FeedbackTarget, userOf: (request: Request) => Promise<string | undefined>) {
  return async (request: Request): Promise<Response> => {
    const user = await userOf(request);
    if (user === undefined) return Response.json({ message: "Sign in first." }, { status: 401 });
    const given: unknown = await request.json().catch(() => undefined);
    const { status, body } = await forwardFeedback(given, user, target);
    return Response.json(body, { status });
  };
}
