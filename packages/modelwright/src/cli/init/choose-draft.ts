import { type TaskName, taskNames } from "@modelwright/contracts";
import type { DataLook, NamedRole, RecipeDraft } from "../../tasks/recipe-draft.ts";
import { STAGES } from "../../tasks/tasks.ts";

export type ChosenDraft =
  | { readonly task: TaskName; readonly draft: RecipeDraft }
  /** No task proposes a recipe, since no column looks like what has this role. */
  | { readonly unclear: NamedRole };

/**
 * The recipe of the task that the data looks like most; the earlier task wins a tie.
 *
 * @param task The only one that is asked, when the user names it.
 */
export function chooseDraft(look: DataLook, task?: TaskName): ChosenDraft {
  let best: { readonly task: TaskName; readonly draft: RecipeDraft } | undefined;
  let unclear: NamedRole | undefined;
  for (const name of task === undefined ? taskNames : [task]) {
    const draft = STAGES[name].draft?.(look);
    if (draft === undefined) continue;
    if ("unclear" in draft) unclear ??= draft.unclear;
    else if (draft.likeness > (best?.draft.likeness ?? 0) || task !== undefined) best = { task: name, draft };
  }
  return best ?? { unclear: unclear ?? "text" };
}
