### Collecting from a POP3 server.

settings-collection = Collecting mail
collection-lead = Your mail server ({ $address }) speaks POP3, which can only hand mail over. Restante collects it from there into a mailbox of its own, with folders, search and drafts.
collection-running = Collecting mail
collection-paused = Paused: nothing is collected until you go on.
collection-trouble = Mail could not be collected.
collection-idle = Everything that the server has is here.
collection-not-yet = Nothing has been collected yet.
collection-progress = { $done } of { $total }
collection-next = Next check: { $time }.
collection-next-try = Next try: { $time }.
collection-next-soon = The next check is about to begin.
collection-last = Last collected: { $date }.
collection-remote = { $count ->
    [0] The server holds no messages.
    [one] The server holds 1 message, { $size }.
   *[other] The server holds { $count } messages, { $size }.
}
collection-expires = { $count ->
    [one] This server says that it removes messages by itself a day after they came.
   *[other] This server says that it removes messages by itself { $count } days after they came.
}
collection-expires-at-once = This server says that it may remove messages by itself once they were collected.
collection-check-now = Check now
collection-pause = Pause
collection-resume = Go on collecting
collection-when = When
collection-interval = Look for new mail
collection-every = { $count ->
    [60] Every hour
    [180] Every 3 hours
   *[other] Every { $count } minutes
}
collection-background-title = While you are away
collection-background = Also collect while nobody is signed in
collection-background-hint = Restante then keeps a key with which it can sign in at your mail server by itself, so whoever runs this service could do so too. Without it mail is collected while you are signed in, and nothing here can open your password otherwise.
collection-history = Message by message
collection-mark-paused = Collecting is paused
collection-mark-failed = Mail could not be collected
collection-mark = Collecting mail: { $progress }
collection-failed-unreachable = Your mail server can’t be reached. What is here stays here, and it is tried again by itself.
collection-failed-tls = Your mail server could not prove that it is the right one, so your password was not sent. Tell whoever runs this service.
collection-failed-wrong-password = Your mail server did not accept your password. If you have changed it, sign out and sign in with the new one.
collection-failed-grant-gone = Your provider no longer lets us collect mail for this account. Sign in again under Settings → Accounts.
collection-failed-in-use = Your mailbox is open in another program. It is tried again in a moment, as soon as that one is done.
collection-failed-login-delay = Your mail server wants a pause between two sign-ins. It is tried again after that.
collection-failed-temporary = Your mail server has trouble of its own. It is tried again by itself.
collection-failed-permanent = Your mail server does not let this account collect mail. Ask your provider whether POP3 is switched on for it.
collection-failed-nonsense = Your mail server said something that makes no sense. It is tried again by itself.
collection-failed-cut-off = The connection to your mail server broke. What had come is here, and it goes on from there by itself.
collection-failed-no-space = There is no room to store mail here, so nothing was deleted on your mail server. It goes on by itself once there is room. Tell whoever runs this service.
collection-failed-disk = Mail can’t be stored here at the moment: the disk reports an error. Nothing was deleted on your mail server. It goes on by itself once the disk works again. Tell whoever runs this service.
collection-failed-quota = You have stored as much as you may, so the rest stays on your mail server. Delete something here, and it goes on by itself.
collection-failed-busy = Many things are being done here at once. It is tried again by itself.
collection-failed-needs-password = Restante can no longer open your password by itself. Sign out and sign in again.
policy-title = What happens on the server
policy-lead = What is collected is stored here. Whether it stays on the server as well is up to you.
policy-keep = Keep everything there
policy-after-days = Delete what has been safely here for
policy-after = { $count ->
    [one] Delete what has been safely here for 1 day
   *[other] Delete what has been safely here for { $count } days
}
policy-at-once = Delete what is safely here, at the next check
policy-when-deleted-here = Delete what I delete here
policy-when-leaves-inbox = Delete what I move out of the inbox here
policy-above-size = Delete the oldest while the server holds more than
policy-above = Delete the oldest while the server holds more than { $size }
policy-unit-days = days
policy-unit-megabytes = MB
policy-preview = See what this would delete
policy-hint = Nothing changes before you have seen that and agreed. Only messages that lie here whole, which is checked again each time, are ever deleted there.
plan-keep = Nothing will be deleted on the server.
plan-none = Nothing that is on the server now would be deleted at the next check.
plan-count = { $count ->
    [one] The next check would delete 1 message on the server ({ $size }).
   *[other] The next check would delete { $count } messages on the server ({ $size }).
}
plan-later = { $count ->
    [one] 1 more would follow once it has been here long enough.
   *[other] { $count } more would follow once they have been here long enough.
}
plan-more = { $count ->
    [one] … and 1 more.
   *[other] … and { $count } more.
}
plan-message = { $size }, stored here { $date }
plan-removed = (deleted here already)
plan-without-uidl = This server gives its messages no names, so none can be deleted safely. Everything stays there.
plan-use = Choose this
plan-use-deleting = Choose this and delete them there
plan-hint = Your messages here are not touched. Deleting on the server can’t be taken back.
ledger-title = All messages that the server has shown
ledger-lead = The last one first. With what became of each.
ledger-empty = The server has not shown any message yet.
ledger-not-here = (not here)
ledger-waiting = Waits to be collected
ledger-failed = { $count ->
    [one] Could not be collected; tried once
   *[other] Could not be collected; tried { $count } times
}
ledger-vanished = It was gone before it could be collected
ledger-stored = Stored here { $date }; the server has it too
ledger-only-here = Stored here { $date }; the server has it no longer
ledger-quarantined = Stored here { $date }; it can’t be read and is kept as it came
ledger-deleted = Stored here { $stored }; deleted on the server { $deleted }
ledger-further = Further ones
deletions-title = Everything that was deleted on the server
deletions-lead = Written down before the server is asked, with what became of it.
deletions-empty = Nothing was ever deleted on the server.
deletion-sent = asked for; the answer is awaited
deletion-confirmed = the server confirmed it
deletion-refused = the server refused
deletion-unknown = the server did not answer; the next check will tell
deletion-kept = the server did not answer; it was still there afterwards
deletion-gone = the server did not answer; it was gone afterwards
deletion-after-days = Safely here for long enough
deletion-when-deleted-here = Deleted here
deletion-when-leaves-inbox = Moved out of the inbox here
deletion-above-size = The server held too much
lost-subject = A message could not be collected
lost-refused = Your mail server lists a message and refuses to hand it over.
lost-cut-off = Your mail server lists a message, and the connection breaks each time it should hand it over.
lost-nonsense = Your mail server lists a message, and says something that makes no sense instead of handing it over.
lost-too-large = Your mail server holds a message that is larger than what is taken here.
lost-what = It has { $size }; the server calls it { $name }. It is still there, and nothing of it was deleted. All other mail is collected as ever.
lost-text = Restante tries again once a day. If it comes after all, you find it in your inbox. Another mail program, or your provider’s own website, may be able to open it.
