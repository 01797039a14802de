/**
 * Reads the certificate of a server anew on SIGHUP, as `kill -HUP` and supervisors send it. Of a process with a terminal
 * the signal says that the terminal was closed, and ends it as ever.
 */
export function reloadOnHangUp(server: { readonly reloadCertificate: () => Promise<void> }): void {
  if (process.stdin.isTTY || process.stdout.isTTY) return;
  process.on("SIGHUP", () => void server.reloadCertificate());
}
