import { connect } from "node:net";

const STATUS = /^HTTP\/1\.1 (\d{3})/;

/** One connection, on which one request at a time is under way. An answer this small comes in one piece, head and body. */
class Connection {
  #socket;
  #settle = () => {};

  constructor(url) {
    const { hostname, port } = new URL(url);
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.#socket.on("data", (chunk) =>
      this.#settle(Number(STATUS.exec(chunk.subarray(0, 12).toString("latin1"))?.[1])),
    );
    this.#socket.on("error", () => this.#settle(0));
  }

  /** @returns The status; 0 if the connection broke. */
  ask(request) {
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#socket.write(request);
    });
  }

  close() {
    this.#socket.destroy();
  }
}

/** Each client sends its next request when the answer to the last one is there. */
export async function closedLoop(url, requests, { clients, seconds }) {
  const result = { latencies: [], refused: 0 };
  const startedAt = performance.now();
  const end = startedAt + seconds * 1000;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const connection = new Connection(url);
      for (let next = client * 7; performance.now() < end; next++) {
        const sentAt = performance.now();
        record(result, await connection.ask(requests[next % requests.length]), performance.now() - sentAt);
      }
      connection.close();
    }),
  );
  return { ...result, seconds: (performance.now() - startedAt) / 1000 };
}

/** Requests come at random, so many per second on average, whether the ones before are answered or not; each waits for its answer. */
export async function openLoop(url, requests, { perSecond, seconds }) {
  const result = { latencies: [], refused: 0 };
  const free = [];
  const connections = new Set();
  const underWay = new Set();
  const startedAt = performance.now();
  const end = startedAt + seconds * 1000;
  let next = 0;
  let due = startedAt;
  while (due < end) {
    // What is due by now; a timer is never exact.
    for (; due <= performance.now() && due < end; due += (-Math.log(1 - Math.random()) / perSecond) * 1000) {
      const connection = free.pop() ?? new Connection(url);
      connections.add(connection);
      const dueAt = due;
      const asked = connection.ask(requests[next++ % requests.length]).then((status) => {
        record(result, status, performance.now() - dueAt);
        free.push(connection);
        underWay.delete(asked);
      });
      underWay.add(asked);
    }
    await new Promise((resolve) => (due - performance.now() > 2 ? setTimeout(resolve, 1) : setImmediate(resolve)));
  }
  await Promise.all(underWay);
  for (const connection of connections) connection.close();
  return { ...result, seconds: (performance.now() - startedAt) / 1000 };
}

function record(result, status, milliseconds) {
  if (status === 200) result.latencies.push(milliseconds);
  else if (status === 429 || status === 503) result.refused += 1;
  else throw new Error(`an answer with the status ${status}`);
}
