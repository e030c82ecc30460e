// Writing and sending in a real browser, under the real content security policy.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { chromium } from "playwright-core";
import { Mailbox, serve } from "./server.mjs";
import { journal as inJournal, until } from "./waiting.mjs";

let browser, server, context, page, desk, complaints, fitting;

before(async () => {
  server = await serve(process.env.BUNDLE);
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
  });
});
after(async () => {
  await browser?.close();
  server?.close();
});
beforeEach(async () => {
  server.state.box = new Mailbox(30);
  desk = server.state.box.desk;
  context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  page = await context.newPage();
  watch(page);
});
afterEach(async () => {
  await context.close();
  const rest = complaints.filter((text) => !/Failed to load resource|ERR_|net::|Blocked script execution/.test(text) && !fitting?.test(text));
  assert.deepEqual(rest, [], "nothing is refused by the policy and nothing fails");
});

function watch(tab) {
  tab.setDefaultTimeout(30_000);
  complaints = [];
  fitting = undefined;
  tab.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  tab.on("pageerror", (error) => complaints.push(String(error)));
}

const go = async (path, tab = page) => {
  await tab.goto(server.url + path);
  await tab.locator("form.compose[data-ready]").waitFor();
};
/** Ends the page's process. A page that is merely closed has a last word, which the server may hear. */
async function crash(tab) {
  const crashed = tab.waitForEvent("crash");
  const session = await context.newCDPSession(tab);
  session.send("Page.crash").catch(() => undefined);
  await crashed;
  await tab.close();
}
const editor = (tab = page) => tab.locator(".compose__editor");
const status = (text, tab = page) => tab.locator("[data-compose-target=status]", { hasText: text }).waitFor();
const notice = (text, tab = page) => tab.locator("[data-compose-target=restored]", { hasText: text }).waitFor();
const chips = (name) => page.locator(`[data-field=${name}] .person`).evaluateAll((all) => all.map((each) => each.querySelector("bdi").textContent));
const journal = (tab = page) => inJournal(tab);

test("what is typed is in the journal within two seconds and on the server within five", async () => {
  await go("/compose");
  await editor().click();
  const start = Date.now();
  await page.keyboard.type("Hello there");
  await until("the journal has it", async () => (await journal()).some(({ fields }) => fields.rich.includes("Hello there")));
  assert.ok(Date.now() - start < 2500, `${Date.now() - start} ms`);
  await until("it is saved", () => /Hello there/.test(desk.saves.at(-1)?.rich ?? ""));
  assert.ok(Date.now() - start < 5500, `${Date.now() - start} ms`);
  await status("Saved, revision");
  assert.equal(desk.saves[0].format, "html");
  assert.ok(page.url().endsWith("/drafts/12"), "the page is the draft's from now on");
  await until("the journal forgets what the server has", async () => (await journal()).length === 0);
  await page.keyboard.type("!");
  await until("it is saved again", () => /Hello there!/.test(desk.saves.at(-1)?.rich ?? ""));
  assert.equal(desk.saves.at(-1).path, "/drafts/12");
  assert.equal(desk.drafts.size, 1);
});

test("without a connection writing goes on, and is saved when it is back", async () => {
  await go("/compose");
  await context.setOffline(true);
  await page.getByLabel("Subject").fill("In the tunnel");
  await status("Offline");
  await until("the journal has it", async () => (await journal()).some(({ fields }) => fields.subject === "In the tunnel"));
  await context.setOffline(false);
  await status("Saved, revision 1");
  assert.equal(desk.drafts.get(12).fields.subject, "In the tunnel");
});

test("an answer that never came makes no second draft", async () => {
  await go("/compose");
  desk.trouble = 503;
  await page.getByLabel("Subject").fill("Once");
  await status("Not saved yet");
  desk.trouble = null;
  await status("Saved, revision");
  assert.equal(desk.drafts.size, 1);
  assert.equal(new Set(desk.saves.map(({ key }) => key)).size, 1);
});

test("the session ends under the form, and it goes on after the password", async () => {
  await go("/compose");
  server.state.box.signedOut = true;
  await page.getByLabel("Subject").fill("Kept");
  await page.locator("#reauth[open]").waitFor();
  await page.getByLabel("Password").fill("right");
  await page.locator("#reauth button", { hasText: "Sign in" }).click();
  await status("Saved, revision 1");
  assert.equal(desk.drafts.get(12).fields.subject, "Kept");
});

test("after a crash the text is back, and can be given up", async () => {
  const draft = desk.put({ subject: "As saved", rich: "<div>As saved</div>" });
  await go(`/drafts/${draft.id}`);
  desk.trouble = 503;
  await page.getByLabel("Subject").fill("<img src=x onerror=alert(1)> not saved");
  await page.locator("[data-field=to] input").fill("bob@example.org, ");
  await until("the journal has it", async () => (await journal()).some(({ fields }) => fields.to.includes("bob")));
  await crash(page);
  desk.trouble = null;
  desk.drafts.set(draft.id, { ...draft, fields: { ...draft.fields, subject: "As saved", to: "" }, revision: 1 });
  page = await context.newPage();
  watch(page);
  await go(`/drafts/${draft.id}`);
  await notice("Restored");
  assert.equal(await page.getByLabel("Subject").inputValue(), "<img src=x onerror=alert(1)> not saved");
  assert.deepEqual(await chips("to"), ["bob@example.org"]);
  assert.equal(await page.locator("[data-compose-target=title] img").count(), 0, "a subject is no markup");
  await status("Saved, revision");
  assert.equal(desk.drafts.get(draft.id).fields.to, "bob@example.org");
  await page.getByText("Discard that").click();
  assert.equal(await page.getByLabel("Subject").inputValue(), "As saved");
});

test("what a page said in vain when it was left becomes a draft with the next form", async () => {
  await go("/compose");
  desk.trouble = 503;
  await page.getByLabel("Subject").fill("Said while leaving");
  await until("the journal has it", async () => (await journal()).some(({ fields }) => fields.subject === "Said while leaving"));
  await page.goto(`${server.url}/m/inbox`);
  desk.trouble = null;
  await go("/compose");
  await until("it is a draft", () => [...desk.drafts.values()].some(({ fields }) => fields.subject === "Said while leaving"));
  await until("nothing waits in the journal", async () => (await journal()).length === 0);
});

test("a form that is only looked at is not saved", async () => {
  await go("/m/inbox/30/reply");
  await editor().focus();
  await page.evaluate(() => new Promise((done) => setTimeout(done, 2_500)));
  assert.deepEqual(desk.saves, [], "longer than an autosave waits");
});

test("two tabs: both texts are kept", async () => {
  const draft = desk.put({ subject: "Both" });
  await go(`/drafts/${draft.id}`);
  const other = await context.newPage();
  await go(`/drafts/${draft.id}`, other);
  await page.getByLabel("Subject").fill("Mine");
  await status("Saved, revision");
  await other.getByLabel("Subject").fill("The other’s");
  await notice("kept as a draft of its own", other);
  assert.deepEqual([...desk.drafts.values()].map(({ fields }) => fields.subject).sort(), ["Mine", "The other’s"]);
  await other.getByLabel("Subject").fill("The other’s again");
  await until("the copy is gone on with", () => [...desk.drafts.values()].some(({ fields }) => fields.subject === "The other’s again"));
  assert.equal(desk.drafts.size, 2);
});

for (const guard of ["the browser's sanitiser", "DOMPurify"]) test(`hostile HTML that is pasted or dropped does nothing, by ${guard}`, async () => {
  // The policy refuses some of it while it is parsed, before it is thrown away. The browser says so when
  // it likes, also after the last step here.
  fitting = /Content Security Policy/;
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  if (guard === "DOMPurify") await page.addInitScript(() => delete Element.prototype.setHTML);
  await go("/compose");
  assert.equal(asked.some((url) => url.includes("/guard-")), guard === "DOMPurify", "it is fetched by those who need it");
  await page.evaluate(() => {
    globalThis.ran = 0;
    globalThis.alert = () => (globalThis.ran += 1);
    globalThis.fetched = [];
    new PerformanceObserver((list) => globalThis.fetched.push(...list.getEntries().map(({ name }) => name))).observe({ type: "resource" });
  });
  const file = join(process.env.RESTANTE_CORPORA ?? join(import.meta.dirname, "../../../../shared/corpora"), "html/payloads.json");
  const sample = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).filter((_, index) => index % 5 === 0).map(({ payload }) => payload) : [];
  const own = ["<img src=x onerror=alert(1)>", '<a href="javascript:alert(1)">x</a>', "<svg><script>alert(1)</script></svg>", '<form id=compose><input name=action></form>', '<p style="background:url(https://evil.example/x)">x</p>', '<img src="https://evil.example/p.gif" alt="tracked">', "<input id=squire-selection-start type=hidden onfocus=alert(1)>", "<form><input name=firstChild><input name=before><input name=attributes><b onclick=alert(1)>x</b></form>", "<div href=javascript:alert(1) src=//evil.example>x</div>", "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", '<div><template shadowrootmode="open" shadowrootclonable><img src="https://evil.example/s.gif"><style>* { display: none }</style></template>x</div>'];
  await editor().click();
  const left = await editor().evaluate(async (root, payloads) => {
    const found = [];
    const tags = new Set("a abbr b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em figure figcaption font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var wbr".split(" "));
    for (const payload of payloads) {
      for (const kind of ["paste", "drop"]) {
        const data = new DataTransfer();
        data.setData("text/html", payload);
        const box = root.getBoundingClientRect();
        root.dispatchEvent(kind === "paste" ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }) : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true, clientX: box.x + 30, clientY: box.y + 10 }));
        await new Promise((resolve) => setTimeout(resolve));
      }
      for (const element of root.querySelectorAll("*")) {
        const bad = !tags.has(element.localName) || element.shadowRoot || [...element.attributes].some(({ name, value }) => /^on|^(name|form|srcset|ping|target|srcdoc)$/.test(name) || (/^(href|src)$/.test(name) && !/^(https?:|mailto:|tel:|sms:|xmpp:|ftp:|cid:|data:image|blob:|\/)/i.test(value)) || (name === "style" && /url\(|position|expression/i.test(value)));
        if (bad) found.push([payload, element.outerHTML.slice(0, 200)]);
      }
    }
    return found;
  }, [...sample, ...own]);
  assert.deepEqual(left, []);
  assert.equal(await page.evaluate(() => globalThis.ran), 0);
  assert.deepEqual(await page.evaluate(() => globalThis.fetched.filter((name) => !name.startsWith(location.origin) && !/^(data|blob|cid):/.test(name))), []);
});

for (const guard of ["the browser's sanitiser", "DOMPurify"]) test(`of elements that may not stay the words do, by ${guard}`, async () => {
  if (guard === "DOMPurify") await page.addInitScript(() => delete Element.prototype.setHTML);
  await go("/compose");
  await editor().click();
  await editor().evaluate((root) => {
    const data = new DataTransfer();
    data.setData("text/html", '<section>of a <article><x-word>page</x-word></article> <o:p>of <b>Word</b></o:p> <form><label>and</label> <button>a form</button></form><template>none</template><script>none</script></section>');
    root.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await until("it is pasted", async () => /a form/.test(await editor().innerText()));
  const text = (await editor().innerText()).replace(/\s+/g, " ");
  assert.match(text, /of a page of Word and a form/);
  assert.doesNotMatch(text, /none/);
  assert.equal(await editor().locator("b").innerText(), "Word");
});

test("formatting, its keys, links and undo", async () => {
  await go("/compose");
  await editor().click();
  await page.keyboard.type("plain ");
  await page.keyboard.press("Control+b");
  await page.keyboard.type("bold");
  await page.keyboard.press("Control+b");
  await page.locator("[data-compose-command-param=large]").click();
  await page.keyboard.type(" large");
  await page.keyboard.press("Control+k");
  await page.getByLabel("Link text").fill("our page");
  await page.getByLabel("Link address").fill("javascript:alert(1)");
  await page.keyboard.press("Enter");
  await page.getByText("Not an address.").waitFor();
  await page.getByLabel("Link address").fill("example.org/x");
  await page.keyboard.press("Enter");
  assert.equal(await editor().locator("a").getAttribute("href"), "https://example.org/x");
  assert.equal(await editor().locator("b").textContent(), "bold");
  assert.equal(await editor().locator("span").first().evaluate((span) => getComputedStyle(span).fontSize), "19px", "the policy lets the size be seen");
  await page.locator("[data-compose-command-param=undo]").click();
  assert.equal(await editor().locator("a").count(), 0);
  assert.equal(await editor().locator("span").first().evaluate((span) => getComputedStyle(span).fontSize), "19px", "and so does undo");
  await page.keyboard.press("Control+s");
  await until("it is saved", () => /<b>bold<\/b>.*font-size: 19px/s.test(desk.saves.at(-1)?.rich ?? ""));
});

test("plain text and back says what is lost", async () => {
  await go("/m/inbox/30/reply");
  await editor().focus();
  await page.keyboard.press("Control+b");
  await page.keyboard.type("Yes");
  await page.locator("[data-compose-target=toggle]").click();
  await page.getByText("Formatting will be lost.").waitFor();
  await page.locator("[data-compose-target=askYes]").click();
  const plain = page.getByLabel("Plain text");
  // Hidden, it has a text already.
  await plain.waitFor();
  const text = await plain.inputValue();
  assert.match(text, /^Yes\n+-- \nAnna\nBergen\n\nBob wrote:\n> One line\n> Two lines\n$/);
  await page.locator("[data-compose-target=toggle]").click();
  assert.match(await editor().innerText(), /Yes/);
  assert.equal(await page.locator("[name=quotes]").isChecked(), false, "it stands in the text already");
});

test("someone else writes with another signature, unless it was changed", async () => {
  await go("/compose");
  await page.locator("[name=identity]").selectOption("2");
  assert.match(await editor().innerText(), /--\s*\nThe Treasurer/);
  assert.match(await page.locator("[name=text]").inputValue(), /\n-- \nThe Treasurer\n$/);
  await editor().locator(".signature").evaluate((block) => (block.append(" of old")));
  await page.locator("[name=identity]").selectOption("1");
  assert.match(await editor().innerText(), /The Treasurer of old/);
});

test("recipients become chips, and bad ones say why", async () => {
  await go("/compose");
  const to = page.locator("[data-field=to] input");
  await to.pressSequentially('bob@example.org, "Berg, Eva" <eva@example.org>; broken,');
  assert.deepEqual(await chips("to"), ["bob@example.org", "Berg, Eva", "broken"]);
  await page.getByText("“broken” is not a whole address.").first().waitFor();
  assert.equal(await page.locator(".person[data-bad]").count(), 1);
  await to.press("Backspace");
  assert.equal(await to.inputValue(), "broken");
  await to.press("End");
  await to.pressSequentially("@example.org");
  await to.press("Tab");
  assert.deepEqual(await chips("to"), ["bob@example.org", "Berg, Eva", "broken@example.org"]);
  await until("nothing is wrong any more", async () => (await page.locator(".person[data-bad]").count()) === 0);
  await page.locator("[data-compose-field-param=cc]").click();
  assert.ok(await page.locator("[data-field=cc]").isVisible());
  await page.locator("[data-field=cc] input").evaluate((input) => {
    const data = new DataTransfer();
    data.setData("text/plain", "one@example.org\ntwo@example.org; three@example.org");
    input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  assert.deepEqual(await chips("cc"), ["one@example.org", "two@example.org", "three@example.org"]);
  await page.locator("[data-field=to] .person").first().dragTo(page.locator("[data-field=cc] .people-field"));
  await until("it was dragged", async () => (await chips("cc")).length === 4);
  assert.deepEqual(await chips("to"), ["Berg, Eva", "broken@example.org"]);
  await page.locator("[data-field=to] .person").first().press("Delete");
  await page.keyboard.press("Control+s");
  await until("it is saved", () => desk.saves.at(-1)?.to === "broken@example.org");
  assert.match(desk.saves.at(-1).cc, /bob@example.org$/);
});

test("suggestions are a combobox, and can be forgotten", async () => {
  await go("/compose");
  const to = page.locator("[data-field=to] input");
  await to.fill("an");
  await page.locator("[role=option]").first().waitFor();
  assert.equal(await to.getAttribute("aria-expanded"), "true");
  await to.press("ArrowDown");
  const active = await to.getAttribute("aria-activedescendant");
  assert.equal(await page.locator(`[id="${active}"]`).getAttribute("aria-selected"), "true");
  await to.press("Enter");
  assert.deepEqual(await chips("to"), ["Anton Berg"]);
  assert.equal(await to.getAttribute("aria-expanded"), "false");
  await to.fill("an");
  await page.locator("[role=option]").first().waitFor();
  assert.equal(await page.locator("[role=option]").count(), 2, "nobody is suggested twice");
  await page.locator("[data-remove]").first().click();
  await until("it is forgotten", () => desk.removed.includes("1"));
});

test("files go up in pieces and go on after a cut", async () => {
  await go("/compose");
  desk.cutAfter = 1;
  const content = Buffer.alloc(3_500_000, "x");
  await page.locator("[data-compose-target=fileInput]").setInputFiles([{ name: "a <b>.bin", mimeType: "application/octet-stream", buffer: content }, { name: "small.txt", mimeType: "text/plain", buffer: Buffer.from("hello") }]);
  await until("both are there", () => [...desk.drafts.values()][0]?.attachments.length === 2);
  assert.ok([...desk.uploads.values()].some((one) => one.length === content.length), "every octet arrived once");
  assert.ok(desk.pieces.length > 3, String(desk.pieces));
  assert.deepEqual((await page.locator(".file__name").allTextContents()).sort(), ["a <b>.bin", "small.txt"]);
  assert.match(await page.locator("[data-compose-target=sum]").textContent(), /of 10 MB/);
  await until("both are shown", async () => (await page.locator(".file[data-attachment]").count()) === 2);
  await page.locator(".file__remove").first().click();
  await until("one was removed", () => [...desk.drafts.values()][0].attachments.length === 1);
});

test("a file that is too large is refused before it is sent", async () => {
  await go("/compose");
  const files = page.locator("[data-compose-target=fileInput]");
  await files.setInputFiles([{ name: "big.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(9_000_001) }]);
  await page.getByText("big.bin is larger than 9 MB.").waitFor();
  await files.setInputFiles([{ name: "sum.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(8_000_000) }]);
  await page.getByText("10 MB at most").waitFor();
  assert.equal(desk.uploads.size, 0);
});

test("a pasted picture is shown at once and named by its Content-ID", async () => {
  await go("/compose");
  await editor().click();
  await editor().evaluate((root) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array([1, 2, 3])], "p.png", { type: "image/png" }));
    root.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await editor().locator("img").waitFor();
  await until("it is an attachment", async () => (await editor().locator("img").getAttribute("src")).startsWith("/drafts/"));
  await page.keyboard.press("Control+s");
  await until("it is saved by its name", () => /src="cid:pic1@restante"/.test(desk.saves.at(-1)?.rich ?? ""));
});

test("a message is written and sent over the list", async () => {
  desk.warnings = [{ key: "attachment", sentence: "You speak of an attachment." }];
  await page.goto(`${server.url}/m/inbox`);
  await page.locator("html[data-js=whole]").waitFor();
  await page.keyboard.press("c");
  await page.locator(".panel form[data-ready]").waitFor();
  assert.ok(page.url().endsWith("/m/inbox"));
  await editor().click();
  await page.keyboard.type("re #!");
  assert.deepEqual(server.state.box.posts, [], "keys mean nothing else while someone writes");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Nobody to send it to.").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.closest("[data-field]")?.dataset.field), "to");
  await page.keyboard.type("bob@example.org");
  await page.keyboard.press("Control+Enter");
  await page.getByText("You speak of an attachment.").waitFor();
  await page.locator("[data-compose-target=askYes]").click();
  await page.locator("#flashes", { hasText: "Sending in" }).waitFor();
  assert.equal(await page.locator(".panel").count(), 0);
  assert.equal(desk.sent.length, 1);
  assert.equal(desk.sent[0].fields.to, "bob@example.org");
  assert.equal(desk.sent[0].fields.confirmed, "attachment");
  await until("nothing waits in the journal", async () => (await journal()).length === 0);
  await page.keyboard.press("z");
  await page.locator(".panel form[data-ready]").waitFor();
  assert.match(await editor().innerText(), /re #!/);
  assert.deepEqual(await chips("to"), ["bob@example.org"]);
});

test("panels stay over the list, are minimised by Escape and go to their own page", async () => {
  await page.goto(`${server.url}/m/inbox/30`);
  await page.locator("html[data-js=whole]").waitFor();
  await page.keyboard.press("r");
  await page.locator(".panel form[data-ready]").waitFor();
  assert.deepEqual(await chips("to"), ["Bob"]);
  await editor().click();
  await page.keyboard.type("On my way");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".panel[data-minimised]").count(), 1);
  await page.locator("#folders a", { hasText: "Archive" }).click();
  await page.waitForURL("**/m/archive");
  await page.locator(".panel .compose__head").click();
  assert.match(await editor().innerText(), /On my way/);
  await editor().click();
  await page.keyboard.type(" soon. ");
  await page.locator(".panel [data-action='compose#enlarge']").click();
  await page.waitForURL("**/drafts/12");
  await page.locator("form.compose[data-ready]").waitFor();
  assert.match(desk.drafts.get(12).fields.rich, /soon/);
  assert.equal(await page.locator(".panel").count(), 0);
});

test("on a phone the form is a page", async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(`${server.url}/m/inbox`);
  await page.locator("html[data-js=whole]").waitFor();
  await page.keyboard.press("c");
  await page.waitForURL("**/compose");
  await page.locator("form.compose[data-ready]").waitFor();
});

test("that the server did not answer is said until it does", async () => {
  await go("/compose");
  await page.locator("[data-field=to] input").fill("bob@example.org, ");
  await status("Saved, revision");
  desk.trouble = "cut";
  await page.keyboard.press("Control+Enter");
  const problem = page.locator("[data-compose-target=problems]", { hasText: "did not answer" });
  await problem.waitFor();
  await page.getByLabel("Subject").fill("Again");
  desk.trouble = null;
  await status("Saved, revision 2");
  assert.equal(await problem.count(), 0);
  assert.ok(await page.locator("[data-compose-target=problems]").isHidden());
});

test("leaving the page keeps what was typed a moment ago", async () => {
  await go("/compose");
  await page.getByLabel("Subject").fill("At the last moment");
  await page.goto(`${server.url}/settings`);
  await until("the server heard of it", () => desk.saves.some(({ subject }) => subject === "At the last moment"));
});

test("typing is not slowed by a quoted megabyte", async () => {
  await go("/m/inbox/30/reply");
  await page.frameLocator("iframe[title=Quoted]").locator("p").last().waitFor({ state: "attached" });
  await editor().click();
  const slowest = await editor().evaluate(async (root) => {
    const times = [];
    for (let count = 0; count < 40; count += 1) {
      const start = performance.now();
      document.execCommand("insertText", false, "x");
      times.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    return times.toSorted((one, other) => one - other)[Math.floor(times.length * 0.9)];
  });
  assert.ok(slowest < 50, `${slowest} ms`);
  await status("Saved, revision");
  assert.ok(desk.saves[0].rich.length < 2_000, "the original is not sent along");
});

test("a message that is gone can be saved anew", async () => {
  const draft = desk.put({ subject: "Gone" });
  await go(`/drafts/${draft.id}`);
  desk.drafts.delete(draft.id);
  await page.getByLabel("Subject").fill("Still here");
  await page.getByText("This draft is gone.").waitFor();
  await page.getByText("Save as a new draft").click();
  await status("Saved, revision");
  assert.deepEqual([...desk.drafts.values()].map(({ fields }) => fields.subject), ["Still here"]);
});
