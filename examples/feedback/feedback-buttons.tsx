import { type ReactNode, useId, useState } from "react";

interface Words {
  readonly ask: string;
  readonly up: string;
  readonly down: string;
  readonly right: string;
  readonly thanks: string;
  readonly failed: string;
  readonly again: string;
}

const ENGLISH: Words = {
  ask: "Was this right?",
  up: "Yes",
  down: "No",
  right: "What would have been right?",
  thanks: "Thank you.",
  failed: "That did not get through.",
  again: "Try again",
};

interface FeedbackButtonsProps {
  /** The prediction's `id`, as the answer gave it. */
  readonly prediction: string;
  /** What could have been right. Default: nothing is asked after a No. */
  readonly labels?: readonly string[];
  /** Where your application takes feedback. Default: `/feedback`. */
  readonly endpoint?: string;
  /** In another language. */
  readonly words?: Words;
}

type Said = { readonly thumb: "up" | "down" } | { readonly correction: string };
type State = "asking" | "sending" | "thanked" | { readonly failed: Said };

/** Yes or No on a prediction, and after a No what would have been right. Works by keyboard and is read out. */
export function FeedbackButtons({
  prediction,
  labels = [],
  endpoint = "/feedback",
  words = ENGLISH,
}: FeedbackButtonsProps): ReactNode {
  const [state, setState] = useState<State>("asking");
  const [isWrong, setIsWrong] = useState(false);
  const id = useId();

  async function send(said: Said): Promise<void> {
    setState("sending");
    try {
      const answer = await fetch(endpoint, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ prediction, ...said }),
      });
      const isMore = "thumb" in said && said.thumb === "down" && labels.length > 0;
      setIsWrong(isMore);
      setState(answer.ok ? (isMore ? "asking" : "thanked") : { failed: said });
    } catch {
      setState({ failed: said });
    }
  }

  if (state === "thanked") return <p role="status">{words.thanks}</p>;
  if (typeof state === "object") {
    return (
      <p role="alert">
        {words.failed}{" "}
        <button type="button" onClick={() => send(state.failed)}>
          {words.again}
        </button>
      </p>
    );
  }
  const isSending = state === "sending";
  if (isWrong) {
    return (
      <p>
        <label htmlFor={id}>{words.right}</label>{" "}
        <select id={id} disabled={isSending} value="" onChange={(event) => send({ correction: event.target.value })}>
          <option value="" disabled />
          {labels.map((label) => (
            <option key={label}>{label}</option>
          ))}
        </select>
      </p>
    );
  }
  return (
    <fieldset disabled={isSending} aria-busy={isSending}>
      <legend>{words.ask}</legend>
      <button type="button" onClick={() => send({ thumb: "up" })}>
        {words.up}
      </button>{" "}
      <button type="button" onClick={() => send({ thumb: "down" })}>
        {words.down}
      </button>
    </fieldset>
  );
}
