import { defineError } from "./error-definition.ts";

export const peerErrors = {
  PEER_MISSING: defineError<{ package: string; purpose: string }>({
    status: 400,
    meaning: "A library that only some sources, formats or databases need comes on request, and is not installed.",
    message: (d) => `${d.purpose} need the package ${d.package}, which is not installed`,
    remedy: (d) => `Install it beside modelwright: npm install ${d.package}`,
  }),
};
