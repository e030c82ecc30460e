### Writing, sending, the outbox.

compose = Compose
compose-new = New message
compose-reply = Reply
compose-forward = Forward
compose-edit = Draft
compose-panels = Messages being written
compose-minimise = Minimise
compose-enlarge = Full size
compose-close = Save and close
compose-subject = Subject
compose-text = Text of the message
compose-formatted = This draft has formatting, which can’t be changed here. As plain text it can.
compose-to-plain = Turn into plain text
compose-quoted = Quoted message
compose-quote-along = Quote it below the text
compose-answer-within = Answer within the quote
compose-files = Attachments
compose-attach = Attach files
compose-upload = Attach
compose-file-remove = Remove { $name }
compose-limit = The mail server takes messages of up to { $size }, files in them a quarter less.
compose-send = Send
compose-send-anyway = Send anyway
compose-later = Send later
compose-later-attended = It goes out then if you are signed in, else as soon as you are. Settings → Writing and sending can change that.
compose-later-unattended = It goes out then, whether you are signed in or not.
compose-schedule = Schedule
compose-tools = With this message
compose-formatting = Formatting
compose-options = More options
compose-save = Save
compose-discard = Discard the draft
compose-reply-to = Have replies go elsewhere
compose-receipt = Ask for a sign that it was read
compose-delivery-report = Ask for a sign that it was delivered
compose-importance = Importance
importance-normal = Normal
importance-high = High
importance-low = Low
compose-language = Spelling
compose-language-own = As the browser does
compose-link = Link
compose-link-text = Text
compose-link-address = Address
compose-link-bad = That is not an address of the web or of mail.
compose-link-set = Set the link
compose-link-remove = Remove the link
compose-back-to-text = Back to the message
format-bold = Bold
format-italic = Italic
format-underline = Underline
format-strike = Strike through
format-small = Small
format-large = Large
format-bullets = List
format-numbers = Numbered list
format-quote = Quotation
format-link = Link
format-picture = Picture
format-clear = Remove formatting
format-undo = Undo typing
format-redo = Redo
reply = Reply
reply-all = Reply all
reply-list = Reply to the list
forward = Forward
forward-attached = Forward as attachment
edit-as-new = Edit as new
send-again = Send again…
edit-draft = Go on writing
answer-title = Answer
outbox-title = Outbox
outbox-empty = Nothing on its way. What you send passes through here.
outbox-to = To: { $names }
outbox-pending = { $count ->
    [0] Goes out now.
    [one] Goes out in one second.
   *[other] Goes out in { $count } seconds.
}
outbox-scheduled = Goes out on { $date }.
outbox-scheduled-attended = Goes out on { $date } if you are signed in then, else as soon as you are.
outbox-waiting = Not sent yet: the mail server no longer takes what is kept here to sign in with. Sign in again, for another account in its settings, and it goes out.
outbox-delayed = Not sent yet; the next try is on { $time }. { $reason }
outbox-word-goes-one = Goes out in { $n } second.
outbox-word-goes-other = Goes out in { $n } seconds.
outbox-sending = Is being handed to the mail server.
outbox-sent = Sent { $date }.
outbox-sent-partly = Sent { $date }, but not to { $names }.
outbox-sent-late = Sent { $date }. It was to go on { $due }, and waited until you were signed in.
outbox-unconfirmed = The connection broke on { $date } when the mail server may have had it already. It was not sent again by itself.
outbox-failed = Not sent on { $date }: { $reason }
outbox-cancel = Take it back and edit
outbox-cancel-undrafted = Do not send it
outbox-now = Send now
outbox-reschedule = Reschedule
outbox-when = Send on
outbox-retry = Send again
outbox-retry-question = Send it again?
outbox-retry-sentence = If the mail server had it already, it arrives twice.
outbox-arrived = It did arrive
outbox-edit = Edit
outbox-remove = Remove from this list
outbox-answers = What the mail server said
outbox-taken = accepted
outbox-refused = refused
outbox-row = With “{ $subject }”

# Sentences that scripts say. They put in what is in braces.
compose-word-saving = Saving…
compose-word-offline = Offline. What you write is kept in this browser.
compose-word-unsaved = Not saved yet. Trying again.
compose-word-kept = Kept in this browser.
compose-word-restored = Restored what was not saved yet.
compose-word-forget = Discard that
compose-word-unsent = Unsent text from { $date }
compose-word-unsent-go-on = Go on with it
compose-word-gone = This draft is no longer on the server. Your text is still here.
compose-word-save-new = Save as a new draft
compose-word-before-sending = Before it is sent
compose-word-send-anyway = Send anyway
compose-word-plain-question = Turn this into plain text?
compose-word-plain-loses = Formatting, links behind words and pictures in the text will be lost.
compose-word-to-plain = Plain text
compose-word-to-rich = Formatted text
compose-word-discard-question = Discard this draft?
compose-word-discard-sentence = Its text and its files will be gone. Nothing can bring them back.
compose-word-discard = Discard
compose-word-file-large = { $name } is larger than { $size }, the most that can be attached here.
compose-word-sum-large = With its files the message would be { $size } as it is sent. The mail server takes { $limit } at most.
compose-word-sum = { $size } of { $limit } as it is sent
compose-word-file-failed = { $name } could not be uploaded.
compose-word-file-waiting = { $name } waits for the connection.
compose-word-file-attached = { $name } is attached.
compose-word-file-removed = { $name } was removed.
compose-word-file-remove = Remove { $name }
compose-word-file-cancel = Stop uploading { $name }
compose-word-files-under-way = Files are still being uploaded. The message goes out when they are there.
compose-word-person-remove = Remove { $name }
compose-word-person-edit = Edit { $name }
compose-word-others-one = … and { $n } other
compose-word-others-other = … and { $n } others
compose-word-suggestions-one = { $n } suggestion
compose-word-suggestions-other = { $n } suggestions
compose-word-suggestion-remove = Don’t suggest { $name }
compose-word-drop = Drop files here
compose-word-leaves-undo = Undo
compose-word-unreachable = The server did not answer. Your text is kept. Try again.
compose-word-countdown-one = Sending in { $n } second
compose-word-countdown-other = Sending in { $n } seconds
compose-word-sent = On its way.

# Saving and sending
compose-saved = Saved at { $time }
compose-conflict = This message was changed elsewhere in the meantime. What you wrote here is kept as a copy of its own.
compose-conflict-copy = A copy: the same message was changed elsewhere at the same time. Both are kept.
compose-no-recipients = Say who it goes to.
compose-no-address = { $text } is not an address. Correct it or take it out.
compose-no-time = Choose a time that is still to come.
compose-too-large = The message has { $size } with its files, and the mail server takes { $limit }. Take a file out.
compose-impossible = This message cannot be written as mail. Check the addresses.
draft-line-too-long = A field of addresses or the subject is too long. Nothing was lost; shorten it and save again.
draft-too-long = The text is too long for a message. Nothing was lost; shorten it and save again.
draft-too-complex = The formatting is too complex to be checked. Turn the message to plain text.
draft-too-many-files = A message can have 500 files at most.
draft-stale = The message was changed elsewhere in the meantime. Open it again.
draft-quota = There is no room for more files. Send or discard drafts with files first.
draft-address = An address cannot be sent to. Correct it and send again.
upload-broken = The file did not arrive whole. Try again.
outbox-too-late = The message is on its way already.
done-draft-saved = Draft saved.
done-draft-discarded = Draft discarded.
done-sending = { $count ->
    [0] Sending now.
    [one] Sending in { $count } second.
   *[other] Sending in { $count } seconds.
 }
done-scheduled = It goes out at the time you chose.
done-scheduled-attended = It goes out at the time you chose if you are signed in then, else as soon as you are.
done-sending-again = Sending it once more.
done-cancelled = Not sent. The message is a draft again.
done-not-sent = Not sent.
done-mailing-cancelled = { $count ->
    [one] Stopped. One of { $total } messages had gone out, or may have; the rest is a draft again.
   *[other] Stopped. { $count } of { $total } messages had gone out, or may have; the rest is a draft again.
 }
done-confirmed = Noted: the message did arrive.
done-removed-from-outbox = Removed from this list.
doubt-attachment = You wrote “{ $word }”, and nothing is attached.
doubt-subject = The message has no subject.
doubt-many = { $count ->
    [one] The answer goes to one person.
   *[other] The answer goes to { $count } people.
 }
doubt-mistyped = Is { $email } right? You may have meant { $domain }.
doubt-lookalike = The address { $email } looks like another, but leads to { $domain }.
doubt-sender = The message you answer may not be from who it seems. { $why }
quote-wrote = On { $date }, { $name } wrote:
quote-forwarded = ---------- Forwarded message ----------
quote-from = From
quote-date = Date
quote-subject = Subject
quote-to = To
quote-cc = Cc
quote-untitled = Message
sending-refused = The mail server did not take it.
sending-said = { $sentence } It said: { $reply }
sending-sign-in = The mail server did not let us sign in to send.
sending-sender = The mail server does not let you write from this address.
sending-recipients = The mail server takes none of the recipients.
sending-too-large = It is larger than the mail server takes.
sending-no-smtputf8 = The mail server cannot write to addresses with letters beyond the English alphabet.
sending-no-smtp = No server for sending is set up here. Ask whoever runs this site.
sending-only-here = This mailbox writes only to mailboxes that are here as well, and a recipient has none. Nothing was sent to anybody.
sending-unreachable = The mail server could not be reached.
sending-interrupted = The connection to the mail server broke before the message was through.

compose-template = Insert template
compose-template-none = No templates yet.
compose-template-save = Save as a template
compose-template-edit = Edit templates

outbox-cancel-merge = Take all of this mailing back
compose-merge = Mail merge…
merge-title = Mail merge
merge-back = Back to the message
merge-lead = Each row of a table becomes a message of its own, to one person who sees nobody else. Write {"{{"}name{"}}"} in subject or text, and the column of that name is put there.
merge-own-recipients = The recipients in the message itself get nothing: only those in the table are written to.
merge-mend = Nothing is sent before this is mended:
merge-table = The table
merge-hint = The first line names the columns; one of them is called “email”, and “name” is whom it is written to. Commas, semicolons or tabs between them. At most { $most } rows.
merge-file = Or a CSV file, in its place
merge-preview = Look at the messages
merge-row = Message { $row } of { $count }
merge-previous = Previous
merge-next = Next
merge-send = { $count ->
    [one] Send one message
   *[other] Send { $count } messages
}
merge-no-addresses = No column is called “email”.
merge-unknown-field = The message names “{ $name }”, and no column is called so.
merge-empty-field = Row { $row }: “{ $name }” is empty.
merge-bad-address = Row { $row }: “{ $text }” is no mail address.
merge-double = Row { $row } has the same address as row { $first }.
merge-too-big = The table is too big.
merge-open-quote = A quotation mark in the table is never closed.
merge-empty = The table has no rows: one line with the names of the columns, then a line for each person.
merge-twice = Two columns have the same name.
merge-problems = Something in the table has to be mended first.
merge-too-large = All messages together are too large. Take files off the message, or send to fewer people at a time.
merge-stale = The message was changed meanwhile. Look at it once more.
merge-nobody = Everybody in the table has got this message, or may have: nobody is left to send it to.
merge-no-bcc = Nobody gets a Bcc of a mailing, also not where an identity always sends one. A copy of each message is kept in Sent.
merge-reached = { $count ->
    [one] A message of this draft has reached one person already, or may have. They get no second one.
   *[other] A message of this draft has reached { $count } people already, or may have. They get no second one.
}
merge-has-it = Row { $row }: { $email } has got it, and is left out.
merge-may-have-it = Row { $row }: { $email } may have got it, and is left out. The outbox says what to do.
merge-will-have-it = Row { $row }: for { $email } it is on its way; left out.
done-merge = { $count ->
    [one] One message is on its way.
   *[other] { $count } messages are on their way.
}
