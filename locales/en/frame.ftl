### What stands around every page.

brand = Restante

skip-to-content = Skip to the content
skip-to-list = Skip to the list
skip-to-message = Skip to the message
skip-to-search = Skip to the search
skip-to-folders = Skip to the folders

account-of = Account of { $address }
account-signed-in-as = Signed in as
settings = Settings
sign-in = Sign in
sign-out = Sign out

back = Back
back-to-inbox = Back to the inbox
back-to-mail = Back to the mail
back-to-list = Back to the list
back-to-message = Back to the message
back-to-sign-in = Go to sign-in

cancel = Cancel
close = Close
copy = Copy
download = Download
edit = Edit
move = Move
open = Open
refresh = Refresh
remove = Remove
save = Save
search = Search
try-again = Try again
undo = Undo
working = The mail server is taking its time…

palette = Go to a folder or action
palette-hint = Type a folder or an action

divider-folders = Width of the folders
divider-list = Width of the list

reauth-title = Enter your password again
reauth-sentence = Your session has ended. This page stays as it is, and nothing you typed is lost.

# Sentences that scripts say. { $n } is put in by them.
word-offline = You are offline. What you write is kept; anything else can be done when you are back.
word-online = You are back online.
word-unreachable = The server did not answer. Nothing was changed. Try again.
word-refused = That could not be done, so it was put back. Try again.
word-password-wrong = That password was not accepted. Try again.
word-nothing = Nothing found.
word-unsent = A message was not sent.
word-new-one = { $n } new message
word-new-other = { $n } new messages
word-selected-one = { $n } selected
word-selected-other = { $n } selected
word-moving-one = { $n } message
word-moving-other = { $n } messages
