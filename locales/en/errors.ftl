### What goes wrong: what happened, what was kept, what to do.

error-page-title = There is no such page
error-page = The address leads nowhere. Perhaps it was cut short or mistyped.
error-folder-title = This folder is not there
error-folder = It was renamed, moved or deleted, here or in another mail program.
error-message-title = This message is not there any more
error-message = It was moved or deleted, here or in another mail program.
error-part-title = This part is not there
error-part = The message has no such part. Open the message again from its list.
error-foreign-title = This request came from elsewhere
error-foreign = Another site asked for this, so nothing was done. If it was you, go back, load the page again and repeat it.
error-request-title = This could not be understood
error-request = The form came in incomplete or out of order, so nothing was done. Go back, load the page again and repeat it.
error-large-title = This is too large
error-large = What was sent is larger than this service takes, so nothing was stored.
error-many-title = Too much at once
error-many = Nothing was done. Wait { $count ->
    [one] one second
   *[other] { $count } seconds
}, then try again.
error-refused-title = The mail server refused
error-refused = Nothing was changed. It says: “{ $words }”
error-away-title = The mail server can’t be reached
error-away = Your mail is safe on it, and nothing was changed. Try again in a moment.
error-slow-title = The mail server did not answer in time
error-slow = It is not known whether the last action was carried out. Look at the list before you repeat it.
error-busy-title = The mail server is busy
error-busy = It allows no more connections just now; nothing was changed. Try again in a moment.
error-internal-title = Something broke here
error-internal = Your mail is not affected. Try again; if it happens again, tell whoever runs this service this number: { $number }
