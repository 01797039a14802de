import { defineError } from "./error-definition.ts";

export const trafficErrors = {
  TRAFFIC_RUNNING: defineError<{ model: string; kind: string; champion: number; challenger: number }>({
    status: 409,
    meaning: "The traffic of a model was to be divided, and it is already.",
    message: (d) => `${d.model}: a ${d.kind} of version ${d.challenger} beside version ${d.champion} is under way`,
    remedy: (d) =>
      `Wait for it, or end it with: modelwright traffic stop ${d.model} --reason <why>; then start another one.`,
  }),
  TRAFFIC_CHAMPION_ABSENT: defineError<{ model: string }>({
    status: 409,
    meaning: "The traffic of a model was to be divided, and it has no champion to compare with.",
    message: (d) => `${d.model}: no version is its champion`,
    remedy: (d) => `Say which version answers now: modelwright models promote ${d.model}:<version>`,
  }),
  TRAFFIC_CHALLENGER_IS_CHAMPION: defineError<{ model: string; challenger: number }>({
    status: 409,
    meaning: "A version was to be compared with itself.",
    message: (d) => `${d.model}: version ${d.challenger} is the champion, and cannot be its own challenger`,
    remedy: "Name another version of the model.",
  }),
  TRAFFIC_ABSENT: defineError<{ model: string }>({
    status: 404,
    meaning: "The traffic of a model was to be looked at or changed, and it was never divided.",
    message: (d) => `${d.model}: its traffic was never divided, its champion answers all of it`,
    remedy: (d) => `Divide it with: modelwright traffic start ${d.model}:<version> --canary`,
  }),
  TRAFFIC_CHANGED: defineError<{ model: string; from: number; now: number }>({
    status: 409,
    meaning: "The division of a model's traffic was to be changed, but somebody changed it in between.",
    message: (d) =>
      `${d.model}: the change was decided by the state after change ${d.from}, but there is change ${d.now}`,
    remedy: "Look at the new state, and decide again.",
  }),
  TRAFFIC_ENDED: defineError<{ model: string; state: string; wanted: string }>({
    status: 409,
    meaning: "The division of a model's traffic was to be changed, and it has ended.",
    message: (d) => `${d.model}: what is ${d.state} cannot become ${d.wanted}`,
    remedy: (d) => `See how it ended: modelwright traffic status ${d.model}`,
  }),
  TRAFFIC_SHADOW_UNSUPPORTED: defineError<{ model: string; task: string }>({
    status: 400,
    meaning: "A model that writes texts was to be a shadow, which would take as much time again as what it is beside.",
    message: (d) => `${d.model}: models of the task ${d.task} write texts, which a shadow would do a second time`,
    remedy: "Use --canary, which begins with one of a hundred requests.",
  }),
};
