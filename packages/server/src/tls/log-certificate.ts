import type { FastifyBaseLogger } from "fastify";
import type { CertificateEvents } from "./certificate-holder.ts";
import type { Certificate } from "./read-certificate.ts";

/** Says in a server's log what becomes of its certificate. */
export function logCertificate(log: FastifyBaseLogger): CertificateEvents {
  return {
    onLoaded: (certificate) => log.info(factsOf(certificate), "another certificate is shown from now on"),
    onRefused: (err) => log.error({ err }, "the files of the certificate are refused; the one before stays"),
    onEnding: (certificate) => {
      const isOver = certificate.notAfter.getTime() <= Date.now();
      if (isOver) log.error(factsOf(certificate), "the certificate has expired");
      else log.warn(factsOf(certificate), "the certificate expires soon");
    },
  };
}

function factsOf({ names, notAfter }: Certificate) {
  return { names, notAfter: notAfter.toISOString() };
}
