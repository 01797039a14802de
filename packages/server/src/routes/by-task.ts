import type { TaskName } from "@modelwright/contracts";

/** What is made for a task when it is first asked for: models of any task may be loaded later. */
export function byTask<Made>(make: (task: TaskName) => Made): (task: TaskName) => Made {
  const made = new Map<TaskName, Made>();
  return (task) => {
    const known = made.get(task) ?? make(task);
    made.set(task, known);
    return known;
  };
}
