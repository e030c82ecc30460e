import { Controller } from "../shared";

/**
 * Offers to open links to addresses with us; shown where the browser can ask for that (over https,
 * and on this machine).
 *
 *     <section hidden data-controller="mailto" data-mailto-url-value="/compose?mailto=%s">
 *       <button data-action="mailto#register"> <p hidden data-mailto-target="said">
 */
export default class Mailto extends Controller<HTMLElement> {
  static override targets = ["said"];
  static override values = { url: String };
  declare readonly saidTarget: HTMLElement;
  declare readonly urlValue: string;

  override connect(): void {
    this.element.hidden = typeof navigator.registerProtocolHandler !== "function" || !isSecureContext;
  }

  /** The browser asks in its own words, and nobody learns what was answered. */
  register(): void {
    navigator.registerProtocolHandler("mailto", new URL(this.urlValue, location.href));
    this.saidTarget.hidden = false;
  }
}
