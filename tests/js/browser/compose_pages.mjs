// The form of a message, with the markup that templates/compose prints.

export const escape = (text) => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const words = {
  saving: "Saving…", offline: "Offline. Kept.", unsaved: "Not saved yet. Trying again.", kept: "Kept in this browser.", restored: "Restored what was not saved yet.", forget: "Discard that",
  unsent: "Unsent text from {date}", "unsent-go-on": "Go on with it", gone: "This draft is no longer on the server.", "save-new": "Save as a new draft", "before-sending": "Before it is sent", "send-anyway": "Send anyway",
  "plain-question": "Turn this into plain text?", "plain-loses": "Formatting will be lost.", "to-plain": "Plain text", "to-rich": "Formatted text", "discard-question": "Discard this draft?", "discard-sentence": "Gone.", discard: "Discard",
  "file-large": "{name} is larger than {size}.", "sum-large": "The message would be {size}, {limit} at most.", sum: "{size} of {limit}", "file-failed": "{name} could not be uploaded.", "file-waiting": "{name} waits.", "file-attached": "{name} is attached.",
  "file-removed": "{name} was removed.", "file-remove": "Remove {name}", "file-cancel": "Stop uploading {name}", "files-under-way": "Files are still being uploaded.", "person-remove": "Remove {name}", "others.one": "… and {n} other", "others.other": "… and {n} others", "suggestion-remove": "Don’t suggest {name}",
  drop: "Drop files here", "leaves-undo": "Undo", unreachable: "The server did not answer. Your text is kept.", "countdown.one": "Sending in {n} second", "countdown.other": "Sending in {n} seconds", sent: "On its way.",
};

const identities = [["1", "Anna <anna@example.org>", "Anna\nBergen"], ["2", "Treasurer <money@example.org>", "The Treasurer"]];

export function form(draft) {
  const own = draft.key.slice(0, 8);
  const { fields } = draft;
  const person = (name, label, folds) => `<div class="compose__row compose__row--people" data-controller="recipients" data-recipients-field-value="${name}" data-recipients-path-value="/recipients" data-compose-target="row" data-field="${name}"${folds && !fields[name] ? " data-folded" : ""}>
    <label class="compose__label" for="${name}-${own}">${label}</label><div class="people-field" data-recipients-target="box"><ul class="people-field__chips" data-recipients-target="chips" aria-label="${label}"></ul>
    <textarea id="${name}-${own}" name="${name}" rows="1" data-recipients-target="source">${escape(fields[name] ?? "")}</textarea></div><p class="compose__problem" data-problem="${name}" hidden></p></div>`;
  const command = (name, format = "") => `<button type="button" data-action="compose#format" data-compose-command-param="${name}"${format && ` data-format="${format}" aria-pressed="false"`}>${name}</button>`;
  const file = (one) => `<li class="file" data-attachment="${one.id}" data-size="${one.size}"><span class="file__thumb"></span><a class="file__name">${escape(one.name)}</a><span class="file__size"></span>
    <button class="file__remove" name="action" value="remove:${one.id}" data-action="compose#removeFile" data-compose-path-param="${one.removal}">x</button></li>`;
  return `<turbo-frame id="compose" target="_top"><form id="compose-${own}" class="compose" method="post" action="${draft.id ? `/drafts/${draft.id}` : "/drafts"}" enctype="multipart/form-data" aria-labelledby="title-${own}" novalidate data-turbo="false" data-controller="compose"
    data-compose-format-value="${draft.format ?? "html"}" data-compose-limit-value="9000000" data-compose-message-limit-value="10000000" data-compose-size-value="0" data-compose-path-value="/drafts" data-compose-base-value="" data-compose-account-value="anna@example.org" data-compose-back-value="/m/inbox">
  <button class="visually-hidden" name="action" value="save" tabindex="-1">Save</button>
  <input type="hidden" name="key" value="${draft.key}"><input type="hidden" name="revision" value="${draft.revision}"><input type="hidden" name="reference" value="${draft.reference ?? ""}"><input type="hidden" name="reference_action" value="">
  <input type="hidden" name="format" value="${draft.id ? fields.format : "text"}" data-compose-target="format"><input type="hidden" name="confirmed" value="" data-compose-target="confirmed">
  <header class="compose__head"><a href="/m/inbox" data-key="back">Back</a><h1 id="title-${own}" data-compose-target="title">${escape(fields.subject || "New message")}</h1><p role="status" data-compose-target="status"></p>
    <button type="button" data-action="panel#minimise">Minimise</button><button type="button" data-action="compose#enlarge">Enlarge</button><button type="button" data-action="compose#close">Close</button></header>
  <div class="compose__scroll" data-compose-target="scroll">
    <div data-compose-target="restored" hidden><p data-compose-target="restoredSentence"></p><div data-compose-target="restoredActions"></div></div>
    <div role="alert" data-compose-target="problems" hidden><div data-compose-target="problemList"></div></div>
    <select name="identity" data-compose-target="identity" data-action="compose#sender" aria-label="From">${identities.map(([value, label, signature]) => `<option value="${value}" data-signature="${escape(signature)}" data-signature-html="${escape(signature.replace("\n", "<br>"))}"${fields.identity === value ? " selected" : ""}>${escape(label)}</option>`).join("")}</select>
    ${person("to", "To")}<button type="button" data-action="compose#unfold" data-compose-field-param="cc">Cc</button>${person("cc", "Cc", true)}${person("bcc", "Bcc", true)}${person("reply_to", "Reply to", true)}
    <input name="subject" aria-label="Subject" value="${escape(fields.subject ?? "")}" data-compose-target="subject"><p data-problem="subject" hidden></p>
    <div class="compose__body"><div class="compose__editor" data-compose-target="editor" data-label="Text" hidden></div>
      <textarea class="compose__text" name="text" data-compose-target="text" aria-label="Plain text">\n${escape(fields.text ?? "")}</textarea><textarea name="rich" hidden data-compose-target="rich">\n${escape(fields.rich ?? "")}</textarea></div>
    ${draft.reference ? `<div class="quote" data-compose-target="quote" data-path="/m/inbox/30/quote?as=text" data-line="Bob wrote:" hidden><label><input type="checkbox" name="quotes" value="1" checked>Quote</label><button type="button" data-action="compose#quote">Within</button><details open><summary>Quoted</summary><iframe sandbox="allow-same-origin allow-popups" src="/m/inbox/30/quote?action=reply" title="Quoted" data-controller="message-frame"></iframe></details></div>` : ""}
    <section data-compose-target="files"><ul data-compose-target="fileList">${(draft.attachments ?? []).filter((one) => !one.inline).map(file).join("")}</ul>
      ${(draft.attachments ?? []).filter((one) => one.inline).map((one) => `<input type="hidden" data-picture="${one.id}" data-cid="${one.cid}" data-path="${one.url}" data-size="${one.size}">`).join("")}
      <input type="file" name="files" multiple data-compose-target="fileInput" aria-label="Attach"><p data-compose-target="sum"></p>
      <template data-compose-target="fileTemplate"><li class="file"><span class="file__thumb"></span><span class="file__name"></span><span class="file__size"></span><progress max="1" value="0"></progress><button type="button" class="file__remove" data-action="compose#removeFile">x</button></li></template></section>
  </div>
  <div role="toolbar" data-compose-target="toolbar" hidden>${command("bold", "B")}${command("italic", "I")}${command("bullets", "UL")}${command("large", "BIG")}${command("link", "A")}${command("undo")}${command("redo")}<input type="file" multiple hidden data-compose-target="pictureInput" data-action="compose#pictures"></div>
  <footer><button name="action" value="send" data-compose-target="send">Send</button><button type="button" data-compose-target="formatting" data-action="compose#formatting" hidden>Aa</button>
    <button type="button" data-compose-target="toggle" data-action="compose#toggle"><span data-compose-target="toggleLabel"></span></button><button name="action" value="discard" data-action="compose#discard">Discard</button>
    <select data-compose-target="language" data-action="compose#language" aria-label="Spelling"><option value="">Own</option></select></footer>
  <dialog data-compose-target="linkDialog"><input data-compose-target="linkText" aria-label="Link text"><input data-compose-target="linkAddress" aria-label="Link address"><p data-compose-target="linkProblem" hidden>Not an address.</p>
    <button type="button" data-action="compose#linkDone">Set</button><button type="button" data-action="compose#linkClose">Cancel</button><button type="button" data-action="compose#linkRemove" data-compose-target="linkRemove">Remove link</button></dialog>
  <dialog data-compose-target="askDialog"><h2 data-compose-target="askTitle"></h2><div data-compose-target="askBody"></div><button type="button" data-compose-target="askYes" data-action="compose#askYes"></button><button type="button" data-action="compose#askNo">Back</button></dialog>
  <template data-compose-target="words">${Object.entries(words).map(([word, sentence]) => `<p data-word="${word}">${sentence}</p>`).join("")}</template></form></turbo-frame>`;
}
