// Turbo ships no types; these are the parts used here (8.0.23).

declare module "@hotwired/turbo" {
  export const config: {
    drive: { enabled: boolean; progressBarDelay: number };
    forms: {
      confirm: (message: string, form: HTMLFormElement, submitter: HTMLElement | null) => Promise<boolean>;
    };
  };
  export const cache: { clear(): void };
  /** window.fetch with Turbo's request id, by which a page knows its own echoes. */
  export function fetch(url: string | URL, options?: RequestInit): Promise<Response>;
  export function visit(location: string | URL, options?: {
    action?: "advance" | "replace";
    frame?: string;
    /** An answer that is here already: it is not asked for again. */
    response?: { statusCode: number; redirected: boolean; responseHTML: string };
  }): void;
  export function renderStreamMessage(html: string): void;
  export function morphElements(current: Element, next: Element): void;
  export function morphChildren(current: Element, next: Element): void;
  /** Our build's (static/build/turbo.mjs): what the two above work with. */
  export function useIdiomorph(it: unknown): void;
}

declare module "idiomorph" {
  const it: unknown;
  export default it;
}

interface HTMLElementEventMap {
  "turbo:before-morph-attribute": CustomEvent<{ attributeName: string; mutationType: "updated" | "removed" }>;
}

interface DocumentEventMap {
  "panels:open": CustomEvent<{ url: string }>;
  "turbo:before-fetch-request": CustomEvent<{
    url: URL;
    fetchOptions: RequestInit;
    /** Turbo takes this answer instead of asking itself. */
    fetchRequest?: { response: Promise<Response> };
  }>;
  "turbo:before-frame-render": CustomEvent<{ newFrame: HTMLElement; resume: () => void }>;
  "turbo:before-render": CustomEvent<{ newBody: HTMLBodyElement; resume: () => void }>;
  "turbo:before-stream-render": CustomEvent<{ newStream: HTMLElement }>;
  "turbo:fetch-request-error": CustomEvent<{ error: Error }>;
  "turbo:frame-load": Event;
  "turbo:frame-missing": CustomEvent<{ response: Response; visit: (response: Response) => void }>;
  "turbo:visit": CustomEvent<{ url: string; action: "advance" | "replace" | "restore" }>;
  "keys:action": CustomEvent<{ action: string }>;
  "labels:draw": CustomEvent<{ ids: string[]; fields: URLSearchParams; back: () => void }>;
  "live:refresh": Event;
  /** Messages are about to leave; whoever prevents it knows where the reader goes. */
  "message:leaving": CustomEvent<{ ids: readonly string[] }>;
  /** What the reader shows has left; `subject` is that of what comes, absent where the reader stays empty. */
  "reader:left": CustomEvent<{ subject: string | undefined }>;
  "reader:returned": Event;
  "reauth:needed": CustomEvent<{ answer: (renewed: boolean) => void }>;
  "rows:left": CustomEvent<{ ids: string[] }>;
  /** `emails` are the messages, whether rows of their own stand for them or not. */
  "rows:returned": CustomEvent<{ ids: string[]; emails: readonly string[] }>;
  "shortcut:keydown": CustomEvent<KeyboardEvent>;
}
