// The dialog about a link.

import type { Editor } from "./editor";
import { need } from "./parts";

export class Links {
  constructor(
    readonly form: HTMLFormElement,
    readonly editor: () => Editor | undefined,
  ) {}

  open(): void {
    const link = this.editor()?.link ?? { text: "", address: "" };
    this.#text.value = link.text;
    this.#address.value = link.address;
    need(this.form, "linkProblem").hidden = true;
    need(this.form, "linkRemove").hidden = link.address === "";
    this.dialog.showModal();
    (link.text ? this.#address : this.#text).focus();
  }

  set(): void {
    const address = linkAddress(this.#address.value);
    need(this.form, "linkProblem").hidden = address !== undefined;
    if (address === undefined) return this.#address.focus();
    this.close(() => this.editor()?.setLink(this.#text.value.trim() || this.#address.value.trim(), address));
  }

  remove(): void {
    this.close(() => this.editor()?.removeLink());
  }

  close(then: () => void = () => undefined): void {
    this.dialog.close();
    this.editor()?.focus();
    then();
  }

  get dialog(): HTMLDialogElement {
    return need<HTMLDialogElement>(this.form, "linkDialog");
  }

  get #text(): HTMLInputElement {
    return need<HTMLInputElement>(this.form, "linkText");
  }

  get #address(): HTMLInputElement {
    return need<HTMLInputElement>(this.form, "linkAddress");
  }
}

/** An address as people type it, made whole; undefined when it is none that may be linked to. */
export function linkAddress(typed: string): string | undefined {
  const text = typed.trim();
  if (/^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/.test(text)) return `mailto:${text}`;
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
  try {
    const { protocol, hostname } = new URL(whole);
    if (/^(mailto|tel):$/.test(protocol)) return whole;
    return /^(https?|ftp):$/.test(protocol) && /\S\.\S|^localhost$|^\[/.test(hostname) ? whole : undefined;
  } catch {
    return undefined;
  }
}
