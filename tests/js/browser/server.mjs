// A pretended mailbox for the controllers: pages with the markup of templates/, under the real
// content security policy. Tests change it between requests and look at what it was asked.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { answerCompose, Desk } from "./compose_server.mjs";
import { composePage, labelsMenu, listPage, messagePage, settingsPage, streams } from "./pages.mjs";

// As in src/web, with Trusted Types demanded on top of it.
const policy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "font-src 'self'",
  "connect-src 'self'", "frame-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
  "manifest-src 'self'", "worker-src 'self'", "require-trusted-types-for 'script'", "trusted-types restante",
].join("; ");
const cage = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox";

export class Mailbox {
  /** What the next answer to an action is: its status, and a wait before it. */
  refuse = 0;
  gate = Promise.resolve();
  /** Messages that are asked for wait as well. */
  page = Promise.resolve();
  signedOut = false;
  /** Pages have the real styles instead of just enough layout. */
  looks = false;
  /** Of the account that rows belong to, where there are several. */
  colour = "";
  /** What the folder is called. */
  inbox = "Inbox";
  /** The bar over the rows deletes for good as well. */
  forGood = false;
  posts = [];
  desk = new Desk();
  asked = [];
  streams = new Set();

  constructor(count) {
    this.rows = Array.from({ length: count }, (_, index) => row(count - index));
    this.removed = [];
  }

  arrive(id) {
    this.rows.unshift(row(id));
    this.tell("mail", '{"type":"Email"}');
  }

  tell(event, data) {
    for (const stream of this.streams) stream.write(`event: ${event}\ndata: ${data}\n\n`);
  }
}

function row(id) {
  return { id: String(id), subject: `Subject ${id}`, unread: id % 2 === 1, starred: false, labels: {} };
}

/** Of fixed width, with two columns and a picture. */
const NEWSLETTER = `<!doctype html><title>m</title><style>.wide { width: 1100px !important; }</style><body>
  <p style="font-size:16px">Hello</p>
  <table class="wide" cellpadding="0" cellspacing="0"><tr><td style="padding:0 20px">
    <img alt="" width="1054" height="310" src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='1054' height='310'/%3E">
    <table width="1000"><tr valign="top"><td><table width="500"><tr><td><img alt="" width="480" height="160" src="data:,x">${"Left words. ".repeat(40)}</td></tr></table></td>
    <td><table width="500" style="color: green"><tr><td><img alt="" width="480" height="160" src="data:,x">${"Right words. ".repeat(40)}</td></tr></table></td></tr></table>
  </td></tr></table>`;

export async function serve(bundle) {
  const manifest = JSON.parse(readFileSync(join(bundle, "manifest.json"), "utf8"));
  const asset = (name) => `/assets/${manifest.files[name].file}`;
  const state = { box: new Mailbox(30) };
  const server = createServer((request, response) => {
    asset.looks = state.box.looks;
    void answer(request, response, state.box, bundle, asset).catch((error) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, state, close: () => (server.closeAllConnections(), server.close()) };
}

async function answer(request, response, box, bundle, asset) {
  const url = new URL(request.url, "http://test");
  const path = url.pathname.split("/").filter(Boolean);
  const html = (text, status = 200, type = "text/html; charset=utf-8") => {
    response.writeHead(status, { "Content-Type": type, "Content-Security-Policy": policy }).end(text);
  };
  box.asked.push(`${request.method} ${url.pathname}${url.search}${request.headers["turbo-frame"] ? ` #${request.headers["turbo-frame"]}` : ""}`);

  if (path[0] === "assets") {
    const type = { js: "text/javascript", css: "text/css", svg: "image/svg+xml" }[path[1].split(".").at(-1)];
    response.writeHead(200, { "Content-Type": type, "Cache-Control": "max-age=3600" }).end(readFileSync(join(bundle, path[1])));
    return;
  }
  if (path[0] === "test.css") return html(readFileSync(join(import.meta.dirname, "test.css")), 200, "text/css");
  if (path[0] === "events") {
    response.writeHead(200, { "Content-Type": "text/event-stream" }).flushHeaders();
    response.write(": here\n\n");
    box.streams.add(response);
    request.on("close", () => box.streams.delete(response));
    return;
  }
  if (path[0] === "session") {
    const password = new URLSearchParams(await body(request)).get("password");
    box.signedOut = password !== "right";
    response.writeHead(box.signedOut ? 401 : 204, { "Content-Type": "text/plain" });
    return response.end(box.signedOut ? "That was not it." : undefined);
  }
  if (box.signedOut) {
    return response.writeHead(401, { "Content-Type": "text/html", "X-Restante-Reauth": "1" }).end("<p>Sign in</p>");
  }
  const drawn = (form) => html(request.headers["turbo-frame"] === "compose" ? form : composePage(form, asset));
  if (await answerCompose({ desk: box.desk, request, response, path, url, html: drawn, body: () => octets(request) })) return;
  if (path[0] === "settings") return html(settingsPage(asset));
  if (path.at(-2) === "html") {
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": cage });
    if (path[2] === "24") return response.end(NEWSLETTER);
    const wide = { 30: "padding-right:2000px", 26: "width:700px;border:1px solid;box-sizing:border-box" }[path[2]] ?? "";
    return response.end(`<!doctype html><title>m</title><body><script>document.title = "ran"</script><div style="height:900px;${wide}">Hello <a href="#x">link</a></div>`);
  }

  const frame = request.headers["turbo-frame"];
  if (request.method === "GET") {
    const open = box.rows.find(({ id }) => id === path[2]);
    if (open) await box.page;
    const page = open ? messagePage(box, open, asset, frame) : listPage(box, url, asset, frame);
    return html(page);
  }

  const fields = new URLSearchParams(await body(request));
  fields.sort();
  if (frame === "labels") {
    await box.gate;
    return html(menu(box, fields.getAll("id")));
  }
  box.posts.push(`${url.pathname}?${fields}`);
  await box.gate;
  if (box.refuse) return html("<h1>No</h1>", box.refuse);
  html(streams(act(box, path, fields)), 200, "text/vnd.turbo-stream.html; charset=utf-8");
}

/** Which labels there are on any row, and how many of these have each. */
function menu(box, ids) {
  const known = {};
  for (const { id, labels } of box.rows) {
    for (const [word, name] of Object.entries(labels)) {
      known[word] ??= { name, count: 0 };
      if (ids.includes(id)) known[word].count += 1;
    }
  }
  return labelsMenu(ids, known);
}

function label(box, chosen, fields) {
  const name = fields.get("name") ?? "";
  const word = fields.get("add") ?? fields.get("remove") ?? name.toLowerCase();
  const on = !fields.has("remove");
  const called = box.rows.map(({ labels }) => labels[word]).find(Boolean) ?? name;
  const changed = chosen.filter(({ labels }) => word in labels !== on);
  const set = (to) => {
    for (const { labels } of changed) {
      if (to) labels[word] = called;
      else delete labels[word];
    }
  };
  set(on);
  box.back = () => set(!on);
  return { flash: `${called} ${on ? "on" : "off"}.`, undo: "label", label: { word, name: called, on, ids: chosen.map(({ id }) => id).join() } };
}

function act(box, path, fields) {
  const single = path.length === 4;
  const ids = single ? [path[2]] : fields.getAll("id");
  const action = single ? path[3] : fields.get("action");
  if (path[0] === "undo" && fields.get("token") === "label") {
    box.back();
    return { flash: "Back again." };
  }
  if (path[0] === "undo") {
    // What comes back has a new id, as a moved message has on a server.
    box.rows.unshift(...box.removed.map((each) => ({ ...each, id: `${each.id}b` })));
    box.removed = [];
    return { flash: "Back again." };
  }
  const chosen = box.rows.filter(({ id }) => ids.includes(id));
  if (action === "label") return label(box, chosen, fields);
  if (action === "star") for (const each of chosen) each.starred = fields.get("value") !== "false";
  else if (action === "seen") for (const each of chosen) each.unread = fields.get("value") === "false";
  else {
    box.rows = box.rows.filter((each) => !chosen.includes(each));
    box.removed = chosen;
    return { removed: ids, flash: `${ids.length} done.`, undo: "token" };
  }
  return {};
}

async function octets(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function body(request) {
  return String(await octets(request));
}
