import { Controller } from "@hotwired/stimulus";

/** Fills in the browser's time zone: `<input type="hidden" name="zone" data-controller="zone">`. */
export default class Zone extends Controller<HTMLInputElement> {
  override connect(): void {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    if (timeZone) this.element.value = timeZone;
  }
}
