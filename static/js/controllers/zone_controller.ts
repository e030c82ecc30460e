import { Controller } from "@hotwired/stimulus";

/**
 * Tells the server the browser's time zone.
 *
 *     <form data-controller="zone"> <input type="hidden" name="zone" data-zone-target="field">
 */
export default class Zone extends Controller {
  static override targets = ["field"];

  fieldTargetConnected(field: HTMLInputElement): void {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    if (timeZone) field.value = timeZone;
  }
}
