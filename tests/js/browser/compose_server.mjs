// Drafts, uploads, recipients and sending, as the contract between pages and scripts has them.

import { form } from "./compose_pages.mjs";

const people = [[1, "Anna Larsen", "anna@example.org"], [2, "Anton Berg", "anton@example.org"], [0, "", "antje@example.org"]];

export class Desk {
  drafts = new Map();
  uploads = new Map();
  /** Every save, send and piece, as it came. */
  saves = [];
  pieces = [];
  sent = [];
  removed = [];
  warnings = [];
  /** "cut" breaks the connection, a number answers with it; both until they are taken back. */
  trouble = null;
  /** How many more pieces arrive before the connection breaks once. */
  cutAfter = Infinity;
  /** Answers to saves wait for it. */
  gate = Promise.resolve();
  seconds = 10;
  next = 12;
  keys = 0;

  begin(fields = {}, more = {}) {
    const draft = { key: `key${String(++this.keys).padStart(4, "0")}${"x".repeat(15)}`, id: undefined, revision: 0, attachments: [], fields: { identity: "1", format: "html", rich: '<div><br></div><div class="signature">-- <br>Anna<br>Bergen</div>', text: "\n\n-- \nAnna\nBergen\n", ...fields }, ...more };
    return draft;
  }

  put(fields, more = {}) {
    const draft = this.begin(fields, { id: this.next, revision: 1, ...more });
    this.next += 1;
    this.drafts.set(draft.id, draft);
    return draft;
  }
}

/** Whether the path was one of ours. */
export async function answerCompose({ desk, request, response, path, url, html, body }) {
  const json = (value, status = 200) => response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
  const draw = (draft) => html(form(draft), draft);
  const [first, second, third, fourth, fifth] = path;
  const post = request.method === "POST";
  if (desk.trouble === "cut" && (post || first === "uploads")) return response.destroy(), true;

  if (first === "compose") return draw(desk.begin({ to: url.searchParams.get("to") ?? "", format: url.searchParams.get("format") ?? "html" }, { format: url.searchParams.get("format") ?? "html" })), true;
  if (first === "m" && third && /^(reply|reply-all|forward|edit)$/.test(fourth)) return draw(desk.begin({ to: "Bob <bob@example.org>", subject: "Re: Subject" }, { reference: third })), true;
  if (first === "m" && fourth === "quote" && !url.searchParams.has("as")) {
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'; sandbox allow-same-origin allow-popups; frame-ancestors 'self'" });
    return response.end(`<!doctype html><title>q</title><body>${"<p>A line of the original, which is long.</p>".repeat(24_000)}`), true;
  }
  if (first === "m" && fourth === "quote") return response.writeHead(200, { "Content-Type": "text/plain" }).end("One line\nTwo lines\n"), true;
  if (first === "recipients" && second === "check") {
    const value = new URLSearchParams(String(await body())).get("value") ?? "";
    const checked = value.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).map((text) => text.trim()).filter(Boolean).map((text) => {
      const [, name = "", email = text] = /^"?(.*?)"?\s*<(.*)>$/.exec(text) ?? [];
      return { text, name, email, problem: /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email) ? null : `“${text}” is not a whole address.` };
    });
    return json(checked), true;
  }
  if (first === "recipients" && post) return desk.removed.push(second), json({}), true;
  if (first === "recipients") {
    const q = url.searchParams.get("q").toLowerCase();
    return json(people.filter(([, name, email]) => name.toLowerCase().startsWith(q) || email.startsWith(q)).map(([id, name, email]) => ({ id, name, email }))), true;
  }
  if (first === "uploads") return upload({ desk, request, response, path, url, json, body }), true;
  if (first === "outbox" && third === "cancellation") {
    const sent = desk.sent.at(-1);
    desk.drafts.set(sent.id, sent);
    return json({ path: `/drafts/${sent.id}` }), true;
  }
  if (first !== "drafts") return false;
  if (fourth !== undefined && third === "attachments") {
    const draft = desk.drafts.get(Number(second));
    if (fifth === "removal") {
      draft.attachments = draft.attachments.filter(({ id }) => id !== Number(fourth));
      return json({ revision: ++draft.revision }), true;
    }
    return response.writeHead(200, { "Content-Type": "image/png" }).end(pixel), true;
  }
  if (third === "attachments" && post) {
    const fields = new URLSearchParams(String(await body()));
    const draft = desk.drafts.get(Number(second));
    const content = desk.uploads.get(fields.get("upload"));
    const id = draft.attachments.length + 1;
    const at = `/drafts/${draft.id}/attachments/${id}`;
    const attachment = { id, name: fields.get("name"), size: content.length, sizeText: `${content.length} B`, type: fields.get("type"), inline: fields.get("inline") === "1", cid: `pic${id}@restante`, url: at, removal: `${at}/removal` };
    draft.attachments.push(attachment);
    return json({ attachment, revision: ++draft.revision }), true;
  }
  if (!post) {
    const draft = desk.drafts.get(Number(second));
    return draft ? draw(draft) : response.writeHead(404).end(), true;
  }
  return save({ desk, request, path, json, body }), true;
}

async function save({ desk, request, path, json, body }) {
  const data = await new Response(await body(), { headers: { "Content-Type": request.headers["content-type"] } }).formData();
  const fields = Object.fromEntries([...data].filter(([, value]) => typeof value === "string"));
  desk.saves.push({ path: `/${path.join("/")}`, ...fields });
  await desk.gate;
  if (typeof desk.trouble === "number") return json({ sentence: "No." }, desk.trouble);
  let draft = path[1] ? desk.drafts.get(Number(path[1])) : [...desk.drafts.values()].find(({ key }) => key === fields.key);
  if (!draft && path[1]) return json({ sentence: "This draft is gone." }, 410);
  if (draft && draft.revision !== Number(fields.revision) && path[1]) {
    const copy = desk.put(fields);
    return json({ conflict: `/drafts/${copy.id}`, revision: copy.revision, sentence: "It was changed elsewhere; yours is kept as a draft of its own." }, 409);
  }
  draft ??= desk.put({}, { key: fields.key, revision: 0 });
  draft.fields = fields;
  draft.revision += 1;
  const at = { draft: draft.id, revision: draft.revision, path: `/drafts/${draft.id}` };
  if (fields.action === "discard") return desk.drafts.delete(draft.id), json({});
  if (fields.action !== "send") return json({ ...at, saved: `Saved, revision ${draft.revision}`, attachments: draft.attachments });
  if (!fields.to) return json({ ...at, errors: [{ field: "to", sentence: "Nobody to send it to." }], warnings: [] }, 422);
  const open = desk.warnings.filter(({ key }) => !fields.confirmed.split(",").includes(key));
  if (open.length > 0) return json({ ...at, errors: [], warnings: open }, 422);
  desk.sent.push(draft);
  desk.drafts.delete(draft.id);
  return json({ submission: 5, sentence: `Sending in ${desk.seconds} seconds`, seconds: desk.seconds, cancellation: "/outbox/5/cancellation", next: "/m/inbox" });
}

async function upload({ desk, request, response, path, url, json, body }) {
  const [, token, what] = path;
  if (!token) {
    const made = `up${desk.uploads.size + 1}`;
    desk.uploads.set(made, Buffer.alloc(0));
    return json({ upload: made });
  }
  const have = desk.uploads.get(token);
  if (what === "removal") return desk.uploads.delete(token), json({});
  if (!have) return json({}, 404);
  if (request.method === "GET") return json({ have: have.length });
  const piece = await body();
  const offset = Number(url.searchParams.get("offset"));
  desk.pieces.push(offset);
  if (offset !== have.length) return json({ have: have.length }, 409);
  if (desk.cutAfter-- <= 0) {
    // Half of it arrives, and the answer never does.
    desk.cutAfter = Infinity;
    desk.uploads.set(token, Buffer.concat([have, piece.subarray(0, piece.length >> 1)]));
    return response.destroy();
  }
  desk.uploads.set(token, Buffer.concat([have, piece]));
  json({ have: have.length + piece.length });
}

const pixel = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
