### Settings.

settings-appearance = Appearance
settings-reading = Lists and reading
settings-writing = Writing and sending
settings-identities = Names and addresses
settings-sessions = Where you are signed in
settings-tokens = Access tokens
settings-keys = Keyboard

setting-language = Language
setting-as-browser = As the browser says
setting-zone = Time zone
setting-zone-now = It is now { $time }.
setting-theme = Theme
theme-system = As the system
theme-light = Light
theme-dark = Dark
setting-accent = Colour
accent-blue = Blue
accent-teal = Teal
accent-green = Green
accent-violet = Violet
accent-red = Red
setting-contrast = Contrast
contrast-system = As the system
contrast-more = Stronger
setting-density = Rows of the list
density-normal = Two lines
density-compact = One line, where there is room

setting-page-size = Messages on a page
setting-lists = Lists show
setting-lists-hint = A conversation is a message with its answers, together in one row. Search results and drafts are always single messages.
setting-mark-read = An opened message counts as read
mark-read-at-once = At once
mark-read-soon = After three seconds
mark-read-never = When I say so
setting-advance = After filing or deleting an open message
advance-older = Go to the next older one
advance-newer = Go to the next newer one
advance-list = Go back to the list
setting-trusted = Senders whose pictures are always shown
setting-trusted-none = None. The notice above a message with pictures adds its sender here.
setting-distrust = Remove { $sender }

setting-writes = New messages begin
writes-rich = Formatted
writes-text = As plain text
setting-undo = After Send, a message can be taken back
undo-for = { $count ->
    [0] Not at all: it goes at once
    [one] For one second
   *[other] For { $count } seconds
}
setting-undo-hint = It leaves when the time is over, even if this browser is closed by then.
setting-unattended-title = Messages for later
setting-unattended = Send them at their time even when I am signed in nowhere
setting-unattended-hint = For that, this server keeps a key to your mail password and can sign in to your mail server by itself, until you switch this off. Without it, a message whose time comes while you are away waits until you sign in. It also goes on with imports and copies that were interrupted.
setting-links = Links to mail addresses
setting-links-lead = A click on an address on any website can begin a message here.
setting-links-register = Open them here
setting-links-asked = Your browser now asks whether to allow that. Where it asked before, its own settings have the answer.

identities-lead = The names and addresses that you write as.
identity-default = Default
identity-new = New name and address
identity-edit = Edit { $name }
identity-name = Your name, as others see it
identity-reply-to = Replies go to (if elsewhere)
identity-signature = Signature
identity-rich-signature = Signature of formatted messages, in HTML (empty: the one above)
identity-bcc = Always a blind copy to
identity-make-default = Write new messages as this one
identity-deletion-question = Remove { $name }?
identity-deletion-sentence = Mail already sent stays as it is.

sessions-lead = Each browser in which you are signed in. Sign out any that you don’t know, then change your password with your provider.
session-device = { $browser } on { $system }
session-unknown = Unknown browser
session-this = This one
session-seen = Last used { $date }, from { $address }
session-since = Signed in { $date }
session-end = Sign out
session-end-of = Sign out { $device }
session-end-others = Sign out everywhere else

tokens-lead = What programs sign in with, in place of your password. Revoke any that you don’t know.
token-new = New token
token-made = The token is made. Copy it now: it is not shown again.
token-secret = Token
token-name-label = What it is for
token-may = It may
token-scope-read = read mail and settings
token-scope-modify = change mail, folders and drafts
token-scope-send = send
token-scope-settings = change settings and tokens
token-life = It ends
token-days = { $count ->
    [one] After a day
   *[other] After { $count } days
}
token-endless = Without an end
token-ends = Ends { $date }
token-unused = Never used
token-password = Your password once more
token-make = Make the token
token-revoke = Revoke
token-revoke-named = Revoke { $name }
token-name = A name has 1 to 100 characters.
token-scopeless = Choose what the token may be used for.
token-expired = That time has passed.
token-too-many = You have 100 tokens. Revoke one first.

keys-lead = These keys work on every page of your mail, except while you type in a field.
keys-single = Letters and signs as shortcuts
keys-on = On
keys-off = Off
keys-single-hint = Off is for those who dictate or press keys by accident. Keys with Ctrl, Esc, Enter, Del and the arrows always work.
keys-are-off = Letters and signs are switched off in the settings. What stands here with one does nothing.
keys-or = or
keys-moving = Getting about
keys-acting = With messages
keys-writing = Writing
keys-choosing = Selecting
keys-helping = Help
cap-delete = Del
cap-enter = Enter
cap-escape = Esc
cap-shift = Shift
cap-control = Ctrl
key-next = Next message
key-previous = Previous message
key-open = Open the message
key-back = Back to the list
key-next-message = Next message of the conversation
key-previous-message = Previous message of the conversation
key-open-all = Open the whole conversation
key-fold-all = Fold the whole conversation
key-go-inbox = Go to the inbox
key-go-starred = Go to starred mail
key-go-drafts = Go to drafts
key-go-sent = Go to sent mail
key-go-archive = Go to the archive
key-go-junk = Go to junk
key-go-trash = Go to the trash
key-go-settings = Go to the settings
key-search = Search
key-refresh = Look for new mail
key-archive = Archive
key-trash = Delete
key-junk = Junk, or not junk
key-star = Star, or remove the star
key-move = Move to a folder
key-label = Labels
key-seen = Mark as read
key-unseen = Mark as unread
key-more = More actions
key-undo = Undo
key-compose = Write a message
key-reply = Reply
key-reply-all = Reply to all
key-forward = Forward
key-send = Send (while writing)
key-save = Save the draft (while writing)
key-select = Select the message
key-select-all = Select all
key-select-none = Select none
key-select-read = Select what is read
key-select-unread = Select what is unread
key-select-starred = Select what is starred
key-select-unstarred = Select what is not starred
key-palette = Find a folder or an action
key-help = Show these keys
key-close = Close what is on top

setting-receipts = When a sender wants to be told that you have read a message
receipts-ask = Ask me each time
receipts-never = Never tell, and don’t ask

settings-templates = Templates
templates-lead = Texts that you write often. While writing, “Insert template” puts one where the cursor is.
templates-none = None yet.
template-new = New template
template-name = What you call it
template-subject = Subject (empty: the message keeps its own)
template-text = Text
template-fields = Filled in where they are known, else left for you:
template-formatted = Formatted text
template-rich = HTML
template-formatted-hint = Easier: write it as a message and choose “Save as a template”. Left empty, formatted messages get the text above.
template-write = Write
template-use = Write a message from { $name }
template-deletion-question = Remove the template { $name }?
template-nameless = A template needs a name.
template-too-long = The template is too long.
template-too-many = There are too many templates. Remove some first.
done-template-removed = Template removed.
settings-contacts = People
contacts-lead = Whom you have written to and who has written to you. They are offered when you write.
contacts-collect = Also remember who writes to me (never newsletters, lists and junk)
contacts-known = Known people
contacts-search = Name or address
contacts-none = Nobody yet. Whom you write to appears here.
contacts-nobody-found = Nobody here matches “{ $query }”.
contacts-further = Further people
contacts-all = Back to all
contacts-remove-all = Remove all
contacts-deletion-question = Remove all people?
contacts-deletion-sentence = They are no longer offered when you write. Your mail stays as it is. Whom you write to again comes back.
done-contacts-removed = { $count ->
    [one] Removed.
   *[other] { $count } people removed.
}

settings-accounts = Accounts
accounts-lead = Mail from several addresses, here in one place. Each keeps its own folders; “All inboxes” shows what is new in all of them.
accounts-choose = Account
account-primary = you sign in with this one
account-kind-imap = On its mail server
account-kind-imap-at = On { $host }
account-kind-pop3 = Collected, kept here
account-kind-pop3-at = Collected from { $host }, kept here
account-kind-local = Kept here
account-up = Move { $account } up
account-down = Move { $account } down
account-edit = Edit { $account }
account-name-label = Name (empty: the address)
account-color-label = Colour
color-none = None
color-red = Red
color-orange = Orange
color-yellow = Yellow
color-green = Green
color-teal = Teal
color-blue = Blue
color-purple = Purple
color-pink = Pink
account-name = A name has at most 100 characters.
account-color = That is none of the colours.
account-add = Add an account
account-address = Mail address
account-continue = Continue
account-access = Password and servers
account-access-title = Password and servers of { $account }
account-servers-lead = Which servers does { $address } use? Your mail provider’s help pages name them.
account-incoming = Mail is read from
account-outgoing = Mail is sent through
account-kind = Kind
account-kind-choice-imap = IMAP: mail stays on the server
account-kind-choice-pop3 = POP3: mail is collected and kept here
account-host-label = Server
account-port-label = Port (empty: the usual one)
account-security = Encryption
account-security-tls = TLS
account-security-starttls = STARTTLS
account-security-none = none
account-server-words = { $host }, port { $port }
account-password-lead = Your password is sent to these servers, and nowhere else. Check their names before you type it.
account-other-servers = Use other servers
account-user-label = User name
account-password = Password of this account
account-twice = You have an account of that address already.
account-too-many = You have as many accounts as one can have here.
account-host = That is no name of a server.
account-port = A port is a number from 1 to 65535.
account-user = The user name is too long, or has characters that it can’t have.
account-server-kind = Servers for mail need TLS or STARTTLS.
account-servers-listed = The operator of this site allows accounts on its own mail servers only.
account-outgoing-refused = The server for sending: { $why }
account-permission-lead = You sign in with { $provider } and say there that mail of this account may be read and sent from here. Your password stays there.
account-sign-in-with = Sign in with { $provider }
account-sign-in-again = Sign in with { $provider } again
account-by-provider = signs in with { $provider }
account-password-instead = Use a password instead
account-password-instead-lead = Some providers give out passwords for single programs (“app passwords”). Such a password is sent to these servers, and nowhere else.
account-leaving-lead = You are on your way to { $host }. Sign in there and agree; then you come back here by yourself.
account-leaving-continue = Continue to { $host }
account-grant-gone = { $provider } no longer lets us read and send mail for this account. Sign in there again to go on.
account-no-provider = For this account no service is known where you could sign in without giving a password here.
grant-not-awaited = This sign-in can’t be finished: it took too long, was used before, or was begun in another browser. Begin again.
grant-denied = You did not agree there, so nothing has changed here.
grant-refused = The sign-in failed there, so nothing has changed here. If it fails again, tell whoever runs this site.
grant-passing = The permission would have ended within the hour, so nothing has changed here. Remove this site from the apps that your provider lists for you, then try again.
grant-other-mailbox = The mail server did not accept this sign-in. You may have signed in there with another address than that of this account.
done-account-signed-in = Signed in again.
account-remove = Remove this account
account-removal-title = Remove { $account }?
account-removal-server = The account goes from here. Its mail stays on its mail server.
account-removal-mail = { $count ->
    [0] The account goes from here. No mail of it is kept here.
    [one] The message that is kept here goes with the account. Nothing can bring it back.
   *[other] The { $count } messages that are kept here go with the account. Nothing can bring them back.
}
account-removal-export = To keep a copy, export the mail first.
account-removal-export-link = Export
account-removal-settings = Its names, addresses and signatures go as well.
account-removal-drafts = { $count ->
    [one] So does one draft.
   *[other] So do { $count } drafts.
}
account-removal-unsent = { $count ->
    [one] One message has not gone out: it will not be sent.
   *[other] { $count } messages have not gone out: they will not be sent.
}
account-removal-password = The password of { $address }
done-account-added = Account added.
done-account-removed = Account removed.
