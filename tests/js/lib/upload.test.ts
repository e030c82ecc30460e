import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused, Upload, type Wire } from "../../../static/js/compose/upload";

/** A server that keeps what it gets and fails as it is told. */
class Server implements Wire {
  have = 0;
  size = 0;
  asked: string[] = [];
  failures = new Map<number, () => Response>();
  waits = 0;
  known = true;

  async send(path: string, { method, body }: { method: "GET" | "POST"; body?: Blob }): Promise<Response> {
    this.asked.push(`${method} ${path}${body ? ` ${body.size}` : ""}`);
    const failure = this.failures.get(this.asked.length);
    if (failure) return failure();
    const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status });
    if (path === "/uploads") return (this.have = 0), (this.known = true), json({ upload: "t" });
    if (path.endsWith("/removal")) return json({});
    if (!this.known) return json({}, 404);
    if (method === "GET") return json({ have: this.have });
    const offset = Number(/offset=(\d+)/.exec(path)?.[1]);
    if (offset !== this.have) return json({ have: this.have }, 409);
    this.have += body?.size ?? 0;
    return json({ have: this.have });
  }

  async wait(): Promise<void> {
    this.waits += 1;
  }
}

const cut = () => {
  throw new TypeError("cut");
};
const file = (size: number) => new Blob([new Uint8Array(size)]);

test("a file goes in pieces that grow", async () => {
  const server = new Server();
  const parts: number[] = [];
  assert.equal(await new Upload(file(6 << 20), "/uploads", server, (part) => parts.push(part)).run(), "t");
  assert.equal(server.have, 6 << 20);
  assert.deepEqual(server.asked.slice(1), ["POST /uploads/t?offset=0 1048576", "POST /uploads/t?offset=1048576 2097152", "POST /uploads/t?offset=3145728 3145728"]);
  assert.equal(parts.at(-1), 1);
});

test("after a cut it goes on where the server is", async () => {
  const server = new Server();
  server.failures.set(3, () => ((server.have += 1000), cut()));
  await new Upload(file(3 << 20), "/uploads", server).run();
  assert.equal(server.have, 3 << 20);
  assert.equal(server.waits, 1);
  assert.ok(server.asked.includes("GET /uploads/t"));
  assert.ok(server.asked.some((one) => one.startsWith(`POST /uploads/t?offset=${(1 << 20) + 1000}`)));
});

test("another length on the server is gone on from", async () => {
  const server = new Server();
  server.failures.set(2, () => ((server.have = 500), new Response('{"have":500}', { status: 409 })));
  await new Upload(file(1000), "/uploads", server).run();
  assert.equal(server.have, 1000);
  assert.equal(server.waits, 0);
});

test("a token that is known no more begins anew", async () => {
  const server = new Server();
  server.failures.set(3, () => ((server.known = false), new Response("{}", { status: 404 })));
  await new Upload(file(3 << 20), "/uploads", server).run();
  assert.equal(server.asked.filter((one) => one === "POST /uploads").length, 2);
  assert.equal(server.have, 3 << 20);
});

test("what is refused is not tried again", async () => {
  const server = new Server();
  server.failures.set(2, () => new Response('{"sentence":"Too large."}', { status: 413 }));
  await assert.rejects(new Upload(file(10), "/uploads", server).run(), (error) => error instanceof Refused && error.message === "Too large.");
  assert.equal(server.waits, 0);
});

test("a file that is stopped is given up on the server too", async () => {
  const server = new Server();
  const upload: Upload = new Upload(file(10 << 20), "/uploads", server, (part) => part > 0.1 && void upload.stop());
  server.failures.set(4, cut);
  await assert.rejects(upload.run());
  assert.ok(server.asked.includes("POST /uploads/t/removal"));
});

test("an empty file is a file", async () => {
  const server = new Server();
  assert.equal(await new Upload(file(0), "/uploads", server).run(), "t");
});
