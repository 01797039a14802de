import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** At which statement a connection is cut, and whether the server still gets it. */
export interface Cut {
  /** 1, 2, 3 … over all connections, counted from `arm`. */
  readonly statement: number;
  /** `before`: the server never sees it. `after`: the server has answered, and the answer is lost. */
  readonly moment: "before" | "after";
  /** Whether nobody can connect afterwards. Default: one can. */
  readonly forGood?: boolean;
}

/** Stands between a client and a PostgreSQL server, and cuts the connection at a statement. */
export class CuttingProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #cut: Cut | undefined;
  #seen = 0;
  #isDown = false;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** @param to The server's port on loopback. */
  static async start(to: number): Promise<CuttingProxy> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const proxy = new CuttingProxy(server);
    server.on("connection", (client) => proxy.#join(client, connect(to, "127.0.0.1")));
    return proxy;
  }

  /** From now on statements are counted; the connection of the one that is named is cut, once. */
  arm(cut: Cut): void {
    this.#cut = cut;
    this.#seen = 0;
  }

  /** Whether the cut was made. Further ones are not until it is armed again. */
  disarm(): boolean {
    const wasMade = this.#cut === undefined;
    this.#cut = undefined;
    return wasMade;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #join(client: Socket, server: Socket): void {
    if (this.#isDown) {
      for (const socket of [client, server]) socket.on("error", () => {}).destroy();
      return;
    }
    const both = [client, server];
    const end = () => {
      for (const socket of both) socket.destroy();
    };
    for (const socket of both) {
      this.#sockets.add(socket);
      socket.on("error", end).on("close", end);
    }
    let isLast = false;
    const statements = messages(false);
    const answers = messages(true);
    client.on("data", (bytes: Buffer) => {
      // A query (Q), or the end of a prepared one (S for sync), is a statement; each is sent in one piece.
      for (const type of statements(bytes)) {
        if (type !== "Q" && type !== "S") continue;
        this.#seen++;
        if (this.#cut?.statement !== this.#seen) continue;
        isLast = this.#cut.moment === "after";
        this.#isDown = this.#cut.forGood === true;
        this.#cut = undefined;
        if (!isLast) return end();
      }
      server.write(bytes);
    });
    server.on("data", (bytes: Buffer) => {
      if (!isLast) client.write(bytes);
      // Ready for the next query (Z): the one before is done.
      else if (answers(bytes).includes("Z")) end();
    });
  }
}

/**
 * Tells the types of messages as their bytes come: a letter, then the length of the rest in four bytes. A client's first
 * message has no letter (https://www.postgresql.org/docs/current/protocol-message-formats.html).
 */
function messages(isServer: boolean): (bytes: Buffer) => string[] {
  let rest = Buffer.alloc(0);
  let letters = isServer ? 1 : 0;
  return (bytes) => {
    const types: string[] = [];
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= letters + 4) {
      const length = letters + rest.readUInt32BE(letters);
      if (rest.length < length) break;
      types.push(letters === 0 ? "" : String.fromCharCode(rest[0]!));
      rest = rest.subarray(length);
      letters = 1;
    }
    return types;
  };
}
