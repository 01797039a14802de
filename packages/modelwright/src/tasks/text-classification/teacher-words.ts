import type { DistillationManifest, Recipes } from "@modelwright/contracts";
import { codeSpan } from "@modelwright/evaluation";
import { magnitude } from "../../wording/quantities.ts";
import type { Lines } from "../task.ts";

/** What a run is told of its teacher, before it begins. */
export function teacherPlan({ teacher, distillation }: Recipes["text-classification"]["train"]): Lines {
  if (teacher === undefined || distillation === undefined) return [];
  return [["teacher", `${teacher}, ${settings(distillation)}`]];
}

/** The teacher of a version, in one line. */
export function teacherLine(distillation: DistillationManifest): readonly [name: string, text: string] {
  const { teacher, parameters, validation } = distillation;
  const size = parameters === undefined ? "" : `, ${magnitude(parameters)} parameters`;
  const { rows, teacher: its, student } = validation;
  const scores = `macro-F1 ${its.f1Macro.toFixed(3)}, this model ${student.f1Macro.toFixed(3)} on ${rows.toLocaleString("en")} validation rows`;
  return ["teacher", `${teacher}${size}, ${settings(distillation)}; ${scores}`];
}

/** The teacher of a version, in a sentence of its card. */
export function teacherSentence(distillation: DistillationManifest, own: number): string {
  const { teacher, parameters, temperature, weight, validation } = distillation;
  const size =
    parameters === undefined
      ? ""
      : ` (${parameters.toLocaleString("en")} parameters; this model has ${own.toLocaleString("en")})`;
  const { rows, teacher: its, student } = validation;
  return `It learnt from the answers of ${codeSpan(teacher)}${size} beside the labels, at temperature ${temperature} and weight ${weight} (Hinton, Vinyals & Dean 2015). On the ${rows.toLocaleString("en")} validation rows the teacher reached a macro-F1 of ${its.f1Macro.toFixed(3)}, this model ${student.f1Macro.toFixed(3)}.`;
}

function settings({ temperature, weight }: { readonly temperature: number; readonly weight: number }): string {
  return `temperature ${temperature}, weight ${weight}`;
}
