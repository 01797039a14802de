import { defineError } from "./error-definition.ts";

export const monitoringErrors = {
  MONITOR_REFERENCE_MISSING: defineError<{ model: string; because: string }>({
    status: 409,
    meaning: "A version has nothing that rows could be compared with, and none can be made.",
    message: (d) => `${d.model} has no reference to compare traffic with: ${d.because}`,
    remedy: "Monitor it without one: failures, latency and labels that came are told all the same.",
  }),
  MONITOR_ALERT_FAILED: defineError<{ channel: string; problem: string }>({
    status: 502,
    meaning: "Somebody who should be told of an alert could not be reached.",
    message: (d) => `${d.channel} could not be told of an alert: ${d.problem}`,
    remedy: "Check its address and that this machine reaches it; the next look at the traffic tries again.",
  }),
};
