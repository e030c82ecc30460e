// The rest of the page's scripts and styles, which the first view of a list does without. The page
// names them, for their addresses change with every release:
//
//   <meta name="later" content="/assets/later-….js /assets/more-….css /assets/more-icons-….svg">
//
// They are asked for as soon as the page has been painted. What comes earlier than they do waits for
// `whole`; it also settles when they can't be had, for pages are complete without them.

import type { ControllerConstructor } from "@hotwired/stimulus";

type Controllers = Record<string, ControllerConstructor>;

let settle: () => void = () => undefined;
const done = new Promise<void>((resolve) => (settle = resolve));
let asked = false;
let settled = false;

/** Settled once there is no more to wait for. */
export const whole = (): Promise<void> => (asked ? done : Promise.resolve());
export const isWhole = (): boolean => settled || !asked;

/** Begins where the page names something, and the page has not begun already. */
export function completePage(register: (controllers: Controllers) => void): void {
  const named = document.querySelector<HTMLMetaElement>('meta[name="later"]')?.content.split(" ");
  if (asked || !named) return;
  asked = true;
  painted(() => void load(named, register).finally(() => {
    settled = true;
    settle();
  }));
}

/** A page in the background is not painted at all. */
function painted(then: () => void): void {
  if (document.hidden) then();
  else requestAnimationFrame(() => setTimeout(then));
}

async function load(named: string[], register: (controllers: Controllers) => void): Promise<void> {
  const of = (kind: string): string[] => named.filter((address) => address.endsWith(kind));
  // Kept by the browser, and so there when the first message wants them.
  for (const icons of of(".svg")) void fetch(icons).catch(() => undefined);
  const scripts = of(".js").map((address) => import(address) as Promise<{ controllers: Controllers }>);
  // No dialog opens before it has its looks.
  await Promise.all(of(".css").map(dress));
  for (const { controllers } of await Promise.all(scripts)) register(controllers);
  document.documentElement.dataset.js = "whole";
}

export function dress(address: string): Promise<unknown> {
  const there = [...document.querySelectorAll('link[rel="stylesheet"]')].some((link) => link.getAttribute("href") === address);
  if (there) return Promise.resolve();
  const link = document.createElement("link");
  // As pages write it that bring it themselves: Turbo compares.
  link.setAttribute("rel", "stylesheet");
  link.setAttribute("href", address);
  const loaded = new Promise((resolve) => (link.onload = link.onerror = resolve));
  document.head.append(link);
  return loaded;
}
