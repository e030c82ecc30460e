### What was done, and why something could not be.

done-archived = { $count ->
    [one] Archived.
   *[other] { $count } messages archived.
}
done-trashed = { $count ->
    [one] Moved to Trash.
   *[other] { $count } messages moved to Trash.
}
done-junk = { $count ->
    [one] Moved to Junk.
   *[other] { $count } messages moved to Junk.
}
done-not-junk = { $count ->
    [one] Moved to the inbox.
   *[other] { $count } messages moved to the inbox.
}
done-deleted = { $count ->
    [0] There was nothing to delete.
    [one] Deleted for good.
   *[other] { $count } messages deleted for good.
}
done-moved = { $count ->
    [one] Moved to { $folder }.
   *[other] { $count } messages moved to { $folder }.
}
done-copied = { $count ->
    [one] Copied to { $folder }.
   *[other] { $count } messages copied to { $folder }.
}
done-undone = { $count ->
    [one] The message is back.
   *[other] { $count } messages are back.
}
# $folder: the label's name.
done-labelled = { $count ->
    [0] Already labelled { $folder }.
    [one] Labelled { $folder }.
   *[other] { $count } messages labelled { $folder }.
}
done-unlabelled = { $count ->
    [0] Not labelled { $folder }.
    [one] Label { $folder } taken off.
   *[other] Label { $folder } taken off { $count } messages.
}
done-label-undone = { $count ->
    [one] The label is as it was before.
   *[other] The labels are as they were before.
}
done-saved = Saved.
done-read = { $count ->
    [0] Nothing was unread.
    [one] Marked as read.
   *[other] { $count } messages marked as read.
}
done-reading = { $count } messages are being marked as read. Settings → Import and export shows how far that is.
done-folder-created = The folder { $folder } was made.
done-folder-renamed = The folder is called { $folder } now.
done-folder-moved = The folder { $folder } was moved.
done-folder-shown = The folder { $folder } is shown again.
done-folder-hidden = The folder { $folder } is hidden.
done-folder-deleted = The folder { $folder } was deleted.
done-token-revoked = The token opens nothing any more.
done-webhook-resumed = The webhook goes on.
done-webhook-paused = The webhook is paused.
done-webhook-tested = The test has arrived.
done-webhook-removed = The webhook was removed.
done-sessions-ended = { $count ->
    [0] There was no other session.
    [one] Signed out there.
   *[other] Signed out in { $count } places.
}
done-identity-removed = Removed.

nothing-selected = No message is selected.
too-many-selected = That is more than 500 messages. Select fewer.
choose-folder = Choose a folder.
bulk-busy = Another change to many messages of this account is being made. Try again when it is done.
label-empty = Type the name of the label.
label-long = A label’s name is shorter than that: 50 letters at most, about half as many in other alphabets.
label-sign = A label’s name can’t have brackets, quotation marks, or one of the signs % * \.
label-taken = Mail programs use that name for something else. Choose another.
label-none-new = Your mail server takes no new labels in this folder. Nothing was changed.
label-refused = Your mail server did not keep this label, and nothing was changed. Some servers keep no labels, or no more than 26 in a folder.
already-in-trash = These messages are in Trash already.
delete-only-from-trash = Only messages in Trash or Junk can be deleted for good.
undo-too-late = It is too late to undo that.

folder-inbox-stays = The inbox keeps its name and place.
folder-role-stays = This folder has a purpose and can’t be deleted.
folder-inside-itself = A folder can’t lie inside itself.
folder-holds-others = This folder holds others. Move or delete those first.
folder-name-invalid = A folder’s name has 1 to 200 characters.
folder-name-delimiter = The name has a character that separates folders on your server.
folder-flat = Your server has no folders within folders.

identity-last = One identity has to stay.
identity-address-invalid = That is not a mail address.
identity-too-long = The name or the signature is too long.

login-server-gone = Your mail server is no longer set up here. Ask the operator of this site.

problem-unknown-host = Your mail server’s name can’t be found. Try again in a while.
problem-unreachable = Your mail server can’t be reached. Try again in a while.
problem-timeout = Your mail server does not answer. Try again in a while.
problem-tls = Your mail server’s certificate can’t be trusted, so nothing was sent to it. Tell the operator of this site.
problem-no-starttls = Your mail server offers no encryption, so nothing was sent to it. Tell the operator of this site.
problem-disconnected = The connection to your mail server broke. Try again.
problem-protocol = Your mail server said something that makes no sense. Try again in a while.
problem-wrong-password = Address or password is wrong.
problem-password-expired = Your password has expired. Change it with your mail provider.
problem-unavailable = Your mail server has trouble of its own. Try again in a while.
problem-limit = Your mail server allows no more connections now. Try again in a while.
problem-in-use = Your mailbox is in use by another program. Try again in a while.
problem-too-soon = Your mail server allows a sign-in only every few minutes. Try again in a while.
problem-busy = Many things are being done at once. Try again in a moment.
problem-sign-in-disabled = Your mail server does not take passwords here.
problem-contact-admin = Your mail server asks you to contact its operator.
problem-no-permission = Your mail server does not allow that.
problem-over-quota = Your mailbox is full. Delete something, then try again.
problem-already-exists = There is a folder of that name already.
problem-refused = Your mail server refused. Nothing was changed.
problem-account-password = The mail server of this account no longer accepts its password. Give it again under Settings → Accounts.
problem-grant-gone = The permission to read and send mail for this account is gone. Sign in again under Settings → Accounts.
problem-provider = The sign-in service can’t be reached, or its answer makes no sense. Try again in a while.

body-cut = This text is very long. Only its beginning is shown; the whole is in the downloaded message.
body-parts-cut = This message has very many parts. Not all are shown.
body-empty = This message has no text.
