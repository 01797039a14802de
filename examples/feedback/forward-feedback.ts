/** Where Modelwright serves, and the key with the role `label` that it made for this application. */
export interface FeedbackTarget {
  /** For example `https://models.example.com`. */
  readonly url: string;
  readonly key?: string;
}

export interface ForwardedAnswer {
  /** The status for the browser. */
  readonly status: number;
  readonly body: unknown;
}

/** What a page may say of a prediction. Truths come from your own systems: a browser says what it likes. */
const WAYS = ["thumb", "correction", "comment"] as const;
const TIMEOUT_MS = 5000;

/**
 * Passes what somebody says of a prediction on to Modelwright. The key stays on the server, and who said it is what the server knows, not what the
 * browser claims. The same again changes nothing there, so that a page may send it again.
 *
 * @param body What the page sent: `prediction`, and `thumb`, `correction` or `comment`.
 * @param by Who is signed in; their later word counts in the place of the earlier one.
 */
export async function forwardFeedback(
  body: unknown,
  by: string,
  { url, key }: FeedbackTarget,
): Promise<ForwardedAnswer> {
  const given = typeof body === "object" && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const said = WAYS.filter((way) => given[way] !== undefined);
  if (typeof given.prediction !== "string" || said.length !== 1) {
    return { status: 400, body: { message: `Send a prediction's id and one of ${WAYS.join(", ")}.` } };
  }
  const [way] = said;
  try {
    const answer = await fetch(new URL("/v1/feedback", url), {
      method: "POST",
      headers: { "content-type": "application/json", ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
      body: JSON.stringify({ prediction: given.prediction, [way!]: given[way!], by }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const told = (await answer.json()) as { readonly message?: string };
    // A key that is wrong is nothing that the reader of a page can do something about.
    if (answer.status === 401 || answer.status === 403)
      return { status: 502, body: { message: "Feedback is not set up." } };
    return { status: answer.status, body: answer.ok ? {} : { message: told.message } };
  } catch {
    return { status: 503, body: { message: "Feedback cannot be taken now. Send it again." } };
  }
}
