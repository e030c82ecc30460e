// The pages of the pretended mailbox, with the markup that templates/ prints.

const icon = '<svg class="icon" width="20" height="20"></svg>';
const folders = [["inbox", "Inbox", "go-inbox"], ["archive", "Archive", "go-archive"], ["trips", "Trips", ""]];

export function listPage(box, url, asset, frame) {
  const list = `<turbo-frame id="list" class="mail__list" data-turbo-action="advance" target="_top">${section(box, url)}</turbo-frame>`;
  if (frame === "list") return list;
  return page(`(${unread(box)}) Inbox – Restante`, mail(box, list, `<turbo-frame id="reader" class="mail__reader" data-turbo-action="advance" target="_top"><p>Nothing open</p></turbo-frame>`), asset);
}

export function messagePage(box, open, asset, frame) {
  const reader = `<turbo-frame id="reader" class="mail__reader" data-turbo-action="advance" target="_top">${message(open)}</turbo-frame>`;
  if (frame === "reader") return reader;
  const list = `<turbo-frame id="list" class="mail__list" data-turbo-action="advance" target="_top">${section(box, new URL("http://test/m/inbox"), open.id)}</turbo-frame>`;
  return page(`(${unread(box)}) ${open.subject} – Restante`, mail(box, list, reader), asset);
}

export function settingsPage(asset) {
  return page("Appearance – Restante", `<h1>Appearance</h1><a href="/m/inbox" data-key="back">Back</a>
    <form data-controller="theme zone" method="post" action="/settings">
      <label><input type="radio" name="theme" value="dark" data-action="theme#preview">Dark</label>
      <input type="hidden" name="zone" data-zone-target="field"></form>`, asset, "app");
}

export function composePage(form, asset) {
  return page("New message – Restante", `<main id="main">${form}</main>`, asset, "app app--compose");
}

/** The menu of labels for some messages: of each label how many have it. */
export function labelsMenu(ids, known) {
  const choice = ([word, { name, count }]) => `<button class="menu__item labels__choice" name="${count === ids.length ? "remove" : "add"}" value="${word}" aria-pressed="${count === ids.length ? "true" : count ? "mixed" : "false"}" data-menu-target="item"><span data-name>${name}</span></button>`;
  return `<form id="labels" class="labels" method="post" action="/m/inbox/selection"><input type="hidden" name="action" value="label">${ids.map((id) => `<input type="hidden" name="id" value="${id}">`).join("")}
    <div><input name="name" data-menu-target="filter" data-action="menu#filter" aria-label="Name"><button>Put on</button></div>${Object.entries(known).map(choice).join("")}</form>`;
}

export function streams({ removed = [], flash, undo, label }) {
  const drawn = label ? `<turbo-stream action="label" data-word="${label.word}" data-name="${label.name}" data-on="${label.on}" data-ids="${label.ids}"></turbo-stream>` : "";
  const gone = removed.map((id) => `<turbo-stream action="remove" target="e-${id}"></turbo-stream>`).join("");
  const back = undo ? `<form method="post" action="/undo"><input type="hidden" name="token" value="${undo}"><button data-key="undo">Undo</button></form>` : "";
  const said = flash ? `<turbo-stream action="update" target="flashes"><template><div class="flash" data-controller="flash"><p class="flash__sentence">${flash}</p>${back}<button type="button" data-action="flash#close">x</button></div></template></turbo-stream>` : "";
  return gone + drawn + said;
}

const unread = (box) => box.rows.filter((row) => row.unread).length;

function page(title, content, asset, kind = "app app--mail") {
  return `<!doctype html>
<html lang="en" dir="ltr" data-theme="light"><head><meta charset="utf-8"><title>${title}</title>
  <meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
  <meta name="base" content=""><meta name="turbo-root" content="/"><meta name="turbo-prefetch" content="false">
  <meta name="turbo-refresh-method" content="morph"><meta name="turbo-refresh-scroll" content="preserve"><meta name="turbo-cache-control" content="no-preview">
  ${(asset.looks ? [asset("app.css"), asset("more.css")] : ["/test.css"]).map((href) => `<link rel="stylesheet" href="${href}" data-turbo-track="reload">`).join("")}
  <script src="${asset("early.js")}" data-turbo-track="reload"></script>
  <meta name="later" content="${asset("later.js")} ${asset("more.css")} ${asset("more-icons.svg")}">
  <meta name="compose" content="${asset("compose.js")} ${asset("guard.js")} ${asset("compose.css")} ${asset("compose-icons.svg")}">
  <script type="module" src="${asset("app.js")}" data-turbo-track="reload"></script></head>
<body class="${kind}" data-controller="keys live drawer" data-live-url-value="/events">
  <div data-controller="progress" hidden><span data-progress-target="sentence" hidden>Working</span></div>
  <header class="bar"><svg class="icon" width="20" height="20"><use href="${asset("icons.svg")}#archive"/></svg>
    <input id="search" type="search" name="q" data-key="search" aria-label="Search">
    <a href="/settings" data-key="go-settings" title="Settings">Settings</a>
    <a id="opener" href="/settings/keys" data-key="help" data-action="dialog#open" data-dialog-name-param="help">Keys</a></header>
  <a href="/compose" data-key="compose">Compose</a>
  ${content}
  <aside id="panels" class="panels" aria-label="Messages being written" data-turbo-permanent data-controller="panels"></aside>
  <div id="flashes" role="status" aria-live="polite"></div>
  <dialog id="help" data-controller="dialog"><h2>Keys</h2><form method="dialog"><button>Close</button></form></dialog>
  <dialog id="palette" data-controller="palette dialog"><input data-palette-target="input" data-action="palette#filter" aria-label="Do">
    <ul data-palette-target="list" role="listbox"></ul>
    <template data-palette-target="template"><li role="option"><span data-slot="label"></span><small class="palette__kind" data-slot="kind" hidden>Folder</small><kbd data-slot="keys"></kbd></li></template></dialog>
  <dialog id="reauth" data-controller="reauth"><form method="post" action="/session/renewal" data-action="reauth#renew">
    <p data-reauth-target="problem" hidden></p><input type="password" name="password" data-reauth-target="password" aria-label="Password"><button>Sign in</button>
    <button type="button" data-action="reauth#close">Cancel</button></form></dialog>
  <dialog id="confirm" data-controller="confirm"><form method="dialog"><h2 data-confirm-target="question"></h2><p data-confirm-target="sentence"></p>
    <button value="yes" data-confirm-target="verb">Delete</button><button value="no" autofocus>Cancel</button></form></dialog>
</body></html>`;
}

function mail(box, list, reader) {
  const items = folders.map(([id, name, key]) => `<li class="folder" data-depth="0"><a class="folder__link" href="/m/${id}" title="${name}" ${key ? `data-key="${key}"` : ""} data-drag-target="folder" data-mailbox="${id}" data-palette-target="folder"
    data-action="dragover->drag#over dragleave->drag#leave drop->drag#drop"${id === "inbox" ? ' aria-current="page"' : ""}>${icon}<span class="folder__name" dir="auto">${id === "inbox" ? box.inbox : name}</span><span class="folder__count">${id === "inbox" ? unread(box) : ""}</span></a></li>`);
  const divider = (name, min, max) => `<div class="divider" role="separator" tabindex="0" aria-orientation="vertical" aria-label="${name}" aria-valuenow="${min}" aria-valuemin="${min}" aria-valuemax="${max}" data-panes-target="divider" data-pane-name="${name}"></div>`;
  return `<div class="mail" data-controller="panes drag"><nav id="folders" popover class="folders" data-drawer-target="drawer"><ul class="folders__list">${items.join("")}</ul></nav>${divider("folders", 150, 400)}
    <main class="mail__main">${list}${divider("list", 280, 720)}${reader}</main></div>`;
}

const size = 20;

function section(box, url, open) {
  const start = Number(url.searchParams.get("from") ?? 0);
  const rows = box.rows.slice(start, start + size);
  const here = `${url.pathname}${url.search}`;
  const older = start + size < box.rows.length ? `<a rel="next" href="/m/inbox?from=${start + size}" data-turbo-frame="list" data-more-target="next">Older</a>` : "";
  const button = (name, key, more = "") => `<button class="button button--icon" name="action" value="${key}" data-key="${key}" aria-label="${name}" title="${name} (${key})" ${more}>${icon}</button>`;
  return `<section class="list" data-controller="list swipe" data-list-mailbox-value="inbox">
    <header><h1 id="list-title" tabindex="-1">Inbox</h1><a href="${here}" data-key="refresh" data-turbo-frame="list">Refresh</a></header>
    <form id="selection" class="selection" method="post" action="/m/inbox/selection" data-list-target="form"><button type="submit" hidden disabled></button>
      <label class="selection__all"><input type="checkbox" data-list-target="all" data-action="list#selectAll" data-key="select-all" aria-label="All"></label><p class="selection__count" data-list-target="count"></p>
      <div class="selection__actions">${button("Archive", "archive")}${button("Junk", "junk")}${button("Delete", "trash")}${box.forGood ? button("Delete for good", "delete", 'data-turbo-confirm="For good?"') : ""}${button("Mark as read", "seen")}${button("Mark as unread", "unseen", 'data-word="Unread"')}${button("Star", "star")}${button("Remove the star", "unstar")}
      <button type="button" class="button button--icon" popovertarget="move-selection" data-key="move" aria-label="Move to…">${icon}</button>
      <button class="button button--icon" name="action" value="labels" popovertarget="label-selection" data-controller="labels" data-key="label" aria-label="Label">${icon}</button>
      <button type="button" class="button button--icon selection__more" popovertarget="selection-more" data-controller="rest" aria-label="More">${icon}</button></div></form>
    <div id="move-selection" popover class="menu" data-controller="menu"><input data-menu-target="filter" data-action="menu#filter" aria-label="Folder">
      ${folders.map(([id, name]) => `<label data-menu-target="item" data-action="click->menu#choose"><input type="radio" name="to" value="${id}" form="selection">${name}</label>`).join("")}
      <button form="selection" name="action" value="move" data-menu-target="submit">Move</button></div>
    <div class="list__scroll" data-list-target="scroll"><button type="button" data-live-target="pill" data-action="live#show" hidden></button>
      <ul id="rows" data-list-target="rows">${rows.map((row) => item(row, row.id === open, box.colour)).join("")}</ul>
      ${older ? `<nav id="pager" data-controller="more">${older}</nav>` : ""}</div></section>`;
}

const chip = ([word, name]) => `<span class="label" data-label="${word}"><bdi>${name}</bdi></span>`;

function item({ id, subject, unread, starred, labels = {} }, open, colour) {
  return `<li id="e-${id}" class="row" data-list-target="row" data-swipe-target="row" data-id="${id}" data-unread="${unread}" data-starred="${starred}">
    <label class="row__check" title="Select"><input type="checkbox" name="id" value="${id}" form="selection" data-list-target="check" data-action="click->list#select" aria-label="Select ${subject}"></label>
    <a class="row__link" href="/m/inbox/${id}" data-turbo-frame="reader" data-list-target="link"${open ? ' aria-current="true"' : ""}><span class="row__line">${colour ? `<span class="dot" data-color="${colour}" title="Work"></span>` : ""}<span class="row__text"><span class="row__subject">${subject}</span></span><span class="row__marks">${Object.entries(labels).map(chip).join("")}</span></span></a>
    <button class="row__star" form="selection" formaction="/m/inbox/${id}/star" name="value" value="${!starred}" aria-pressed="${starred}" aria-label="Star">*</button></li>`;
}

function message({ id, subject, unread, starred, labels = {} }) {
  return `<article class="message" data-advance="older" data-id="${id}" data-unread="${unread}" data-starred="${starred}" data-controller="mark-read" data-mark-read-delay-value="60000" data-mark-read-url-value="/m/inbox/${id}/seen">
    <div class="actions" role="toolbar" aria-label="Message"><a class="button button--icon actions__back" href="/m/inbox" data-key="back" data-turbo-frame="_top">Back</a>
      <div class="actions__answer" role="group"><a class="button button--icon" href="/m/inbox/${id}/reply" data-turbo-frame="_top" data-key="reply" aria-label="Reply">${icon}</a><a class="button button--icon" href="/m/inbox/${id}/reply-all" data-turbo-frame="_top" data-key="reply-all" aria-label="Reply to all">${icon}</a><a class="button button--icon" href="/m/inbox/${id}/forward" data-turbo-frame="_top" data-key="forward" aria-label="Forward">${icon}</a></div>
      <form method="post" class="actions__main" action="/m/inbox/${id}/seen">${["archive", "trash", "junk"].map((name) => `<button class="button" formaction="/m/inbox/${id}/${name}" data-key="${name}">${icon}<span>${name === "archive" ? "Archive" : name}</span></button>`).join("")}
        <button type="button" class="button" popovertarget="more" data-key="move">${icon}<span>Move to…</span></button><button class="button" form="labelling" name="action" value="labels" popovertarget="label-message" data-controller="labels" data-key="label" aria-label="Label">${icon}</button><button class="button actions__seen" name="value" value="false" data-key="unseen">${icon}<span>Unread</span></button></form>
      <div class="actions__end"><span class="button button--icon" data-disabled aria-hidden="true">${icon}</span><span class="button button--icon" data-disabled aria-hidden="true">${icon}</span><button type="button" class="button button--icon" popovertarget="more" data-key="more" aria-label="More">${icon}</button></div>
      <form id="labelling" method="post" action="/m/inbox/selection" hidden><input type="hidden" name="id" value="${id}"></form>
      <div id="more" popover class="menu menu--end" data-controller="menu"><form method="post" action="/m/inbox/${id}/junk"><button class="menu__item menu__item--phone">${icon}junk</button></form><a class="menu__item" href="/m/inbox/${id}/headers">Headers</a></div></div>
    <div class="message__scroll"><a href="/m/inbox/${id}/deletion" data-turbo-confirm="Delete for good?" data-turbo-frame="_top">Delete for good</a>
    <h2 id="message-title" tabindex="-1">${subject}</h2>
    <ul class="message__labels" data-ids="${id}" data-path="/m/inbox">${Object.entries(labels).map(([word, name]) => `<li><a class="label" href="/m/inbox?q=label:${word}" data-label="${word}"><bdi>${name}</bdi></a></li>`).join("")}</ul>
    <iframe sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" src="/m/inbox/${id}/html/1" title="Message" data-controller="message-frame"></iframe></div></article>`;
}
