import { defineError } from "./error-definition.ts";

export const serverErrors = {
  SERVER_PORT_IN_USE: defineError<{ host: string; port: number }>({
    status: 400,
    meaning: "Another process listens on the port.",
    message: (d) => `port ${d.port} on ${d.host} is in use`,
    remedy: "Choose another with --port, or stop the process that listens there.",
  }),
};
