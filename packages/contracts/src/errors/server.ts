import { defineError } from "./error-definition.ts";

export const serverErrors = {
  SERVER_PORT_IN_USE: defineError<{ host: string; port: number }>({
    status: 400,
    meaning: "Another process listens on the port.",
    message: (d) => `port ${d.port} on ${d.host} is in use`,
    remedy: "Choose another with --port, or stop the process that listens there.",
  }),
  SERVER_VERSION_UNREADABLE: defineError<{ file: string; problem: string }>({
    status: 500,
    meaning: "A file of a model version is missing or not what it should be.",
    message: (d) => `${d.file}: ${d.problem}`,
    remedy: "Check the version with: modelwright models verify <name>; train or import it again if it is damaged.",
  }),
};
