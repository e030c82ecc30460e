// What is said once a message is on its way: a line at the foot that counts down and takes it back.

import { request, tell, visit } from "../shared";
import type { Phrases } from "./phrases";

export interface Departure {
  sentence: string;
  seconds: number;
  cancellation: string;
}

/** `reopen` shows the draft that comes back; without it the page is visited. */
export function sayDeparture({ sentence, seconds, cancellation }: Departure, phrases: Phrases, reopen: (path: string) => void = (path) => visit(path)): HTMLElement {
  const notice = document.createElement("div");
  notice.className = "flash";
  notice.dataset.controller = "flash";
  // It stays as long as it can be taken back, and a moment longer.
  notice.dataset.flashStayValue = "true";
  const words = document.createElement("p");
  words.className = "flash__sentence tabular";
  words.textContent = sentence;
  notice.append(words);
  document.getElementById("flashes")?.append(notice);
  if (seconds <= 0) {
    setTimeout(() => notice.remove(), 6_000);
    return notice;
  }

  const end = Date.now() + seconds * 1_000;
  // The status region would read out each second; it hears the first sentence alone.
  const clock = document.createElement("span");
  clock.setAttribute("aria-hidden", "true");
  const timer = setInterval(tick, 250);
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "flash__button";
  undo.dataset.key = "undo";
  undo.textContent = phrases.say("leaves-undo");
  undo.addEventListener("click", () => void takeBack());
  notice.append(undo);
  words.classList.add("visually-hidden");
  clock.className = "flash__sentence tabular";
  words.after(clock);
  tick();
  return notice;

  function tick(): void {
    const left = Math.ceil((end - Date.now()) / 1_000);
    if (!notice.isConnected && left > 0 && document.getElementById("flashes")) document.getElementById("flashes")?.append(notice);
    clock.textContent = left > 0 ? phrases.count("countdown", left) : phrases.say("sent");
    if (left > 0) return;
    clearInterval(timer);
    undo.remove();
    setTimeout(() => notice.remove(), 3_000);
  }

  async function takeBack(): Promise<void> {
    undo.disabled = true;
    try {
      const response = await request(cancellation, { method: "POST", headers: { Accept: "application/json" } });
      const answer = (await response.json()) as { path?: string; sentence?: string };
      clearInterval(timer);
      if (response.ok && answer.path) {
        notice.remove();
        return reopen(answer.path);
      }
      undo.remove();
      clock.textContent = answer.sentence ?? phrases.say("sent");
      setTimeout(() => notice.remove(), 6_000);
    } catch (error) {
      undo.disabled = false;
      if ((error as Error).name !== "AbortError") tell(navigator.onLine ? "unreachable" : "offline");
    }
  }
}
