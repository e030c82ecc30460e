// The parts of the form that its classes work with, by the names in templates/compose.

export function part<T extends HTMLElement = HTMLElement>(form: HTMLElement, name: string): T | null {
  return form.querySelector<T>(`[data-compose-target~="${name}"]`);
}

export function parts<T extends HTMLElement = HTMLElement>(form: HTMLElement, name: string): T[] {
  return [...form.querySelectorAll<T>(`[data-compose-target~="${name}"]`)];
}

/** A part that every form has. */
export function need<T extends HTMLElement = HTMLElement>(form: HTMLElement, name: string): T {
  const found = part<T>(form, name);
  if (!found) throw new Error(`The form has no ${name}`);
  return found;
}

export function paragraph(text: string): HTMLParagraphElement {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}

export function hidePopovers(form: HTMLElement): void {
  for (const popover of form.querySelectorAll<HTMLElement>(":popover-open")) popover.hidePopover();
}
