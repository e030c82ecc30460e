// Messages written over the list: the same form as on its page, in panels at the foot. The server
// draws it as the frame `compose`; several may stand there, so the form alone is taken out of it.

import { parse, request, tell, visit } from "../shared";

/** More than these stand in each other's way. */
const most = 3;

/** `asked` is the answer to the same address, where it was asked for already. */
export async function openPanel(panels: HTMLElement, url: string, asked?: Promise<Response>): Promise<void> {
  const there = find(panels, url);
  if (there) return show(there);
  if (panels.querySelectorAll(".panel").length >= most) return visit(url);
  try {
    const response = await (asked ?? request(url, { headers: { "Turbo-Frame": "compose", Accept: "text/html" } }));
    const frame = response.ok ? parse(await response.text()).querySelector("turbo-frame#compose") : null;
    const form = frame?.querySelector("form.compose");
    // A page of its own: an error, the sign-in page, or a draft that stands elsewhere.
    if (!frame || !form) return visit(url);
    const same = find(panels, form.getAttribute("action") ?? "");
    if (same) return show(same);
    const panel = document.createElement("section");
    panel.className = "panel";
    panel.dataset.controller = "panel";
    panel.dataset.url = url;
    panel.setAttribute("aria-labelledby", form.getAttribute("aria-labelledby") ?? "");
    panel.append(...[...frame.childNodes].map((node) => document.importNode(node, true)));
    // One page, one heading of the first rank.
    const title = panel.querySelector("h1");
    if (title) title.replaceWith(heading(title));
    panels.append(panel);
    makeRoom(panels, panel);
  } catch (error) {
    if ((error as Error).name !== "AbortError") tell(navigator.onLine ? "unreachable" : "offline");
  }
}

function find(panels: HTMLElement, url: string): HTMLElement | undefined {
  const path = new URL(url, document.baseURI).pathname;
  return [...panels.querySelectorAll<HTMLElement>(".panel")].find((panel) => {
    const action = panel.querySelector("form")?.getAttribute("action");
    return (/\/drafts\/\d+$/.test(path) && action === path) || (panel.dataset.url === url && !/\/compose$/.test(url));
  });
}

/** Who writes wants to see the mail behind: the oldest make way. */
function makeRoom(panels: HTMLElement, newest: HTMLElement): void {
  const open = () => [...panels.querySelectorAll<HTMLElement>(".panel:not([data-minimised])")];
  const width = () => open().reduce((sum, { offsetWidth }) => sum + offsetWidth, 0);
  for (const panel of open()) {
    if (panel !== newest && width() > innerWidth * 0.75) panel.dispatchEvent(new CustomEvent("panel:minimise"));
  }
}

function show(panel: HTMLElement): void {
  panel.dispatchEvent(new CustomEvent("panel:show"));
}

function heading(title: HTMLHeadingElement): HTMLHeadingElement {
  const smaller = document.createElement("h2");
  for (const { name, value } of title.attributes) smaller.setAttribute(name, value);
  smaller.append(...title.childNodes);
  return smaller;
}
