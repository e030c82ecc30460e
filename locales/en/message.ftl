### One message.

reader-nothing = Choose a message to read it here.
message-actions = With this message
message-frame = The message’s text
message-details = Show the details
message-to = to { $names }
message-to-and-others = to { $names } and { $rest }
message-to-others = { $count ->
    [one] { $count } other
   *[other] { $count } others
}
message-to-nobody = to nobody named
me = me
talk-earlier = { $count ->
    [one] { $count } earlier message
   *[other] { $count } earlier messages
}
talk-later = { $count ->
    [one] { $count } later message
   *[other] { $count } later messages
}
talk-fold = Fold this message
# For screen readers: one of the messages of a conversation.
talk-message = Message from { $from }, { $date }
talk-new-one = { $n } new message in this conversation
talk-new-other = { $n } new messages in this conversation
talk-own = More for this message
talk-answer = Answer the last message
newer-message = Newer message
older-message = Older message
more = More
print = Print
print-hint = Print this page with your browser.
paper-light = Show on light paper
paper-dark = Show on dark paper
download-message = Download the message
headers-title = All headers
headers-cut = The header is very long. This is its beginning; the download has it whole.
source-title = Source
source-cut = The message is large. This is its beginning; the download has it whole.

field-from = From
field-sender = Sent by
field-reply-to = Reply to
field-to = To
field-cc = Cc
field-bcc = Bcc
field-date = Written
field-received = Received
field-size = Size
field-folder = Folder

images-hidden = { $count ->
    [one] One picture was not loaded. It would tell the sender that you read this.
   *[other] { $count } pictures were not loaded. They would tell the sender that you read this.
}
images-once = Show this time
images-always = Always from this sender

quote-lines = { $count ->
    [one] { $count } line
   *[other] { $count } lines
}
quote-show = Show the quoted text

attachments = { $count ->
    [one] { $count } attachment
   *[other] { $count } attachments
}
attachment-message = Forwarded message
attachment-nameless = Unnamed file
attachment-description = { $kind }, { $size }
attachment-open = Open { $name }
attachment-download = Download { $name }
attachments-all = Save all
kind-image = Picture
kind-audio = Sound
kind-video = Film
kind-message = Message
kind-calendar = Calendar
kind-contact = Contact
kind-archive = Archive
kind-signature = Signature
kind-text = Text
kind-file = File

caution-sender-unclear = It is not clear who sent this message: it names its sender in more than one way, or in none that can be read.
caution-name-is-address = The name says { $name }, but the message comes from { $address }.
caution-disguised = The sender is written with look-alike or invisible characters. The address is really { $address }.
caution-reply-elsewhere = Replies go to another address: { $address }.
caution-sent-by = Sent by { $address } on behalf of the name above.
caution-not-authentic = Your mail server could not confirm that this message comes from where it says.
caution-malformed = Parts of this message are broken and may be missing here. The source has everything.
note-list = From the mailing list { $name }
note-unsubscribe = Unsubscribe
note-unsubscribe-mail = Unsubscribe by message
unsubscribe-question = Unsubscribe?
unsubscribe-sentence = { $host } is told that you want no more of these messages. It learns that your address is in use, and nothing else of you. Nothing here can take that back.
unsubscribe-page = Open the sender’s page instead
unsubscribe-refused = The sender’s server did not take it. Try again later, or open the sender’s page.
unsubscribe-unreachable = The sender’s server can’t be reached. Try again later, or open the sender’s page.
done-unsubscribed = The sender has been told. It may take a few days until no more comes.
note-signed = Signed; the signature was not checked
note-encrypted = Encrypted; it can’t be read here
note-invitation = Invitation to a meeting; the details are in the attachment

deletion-question = Delete this message for good?
deletion-sentence = “{ $subject }” will be gone from the mail server. Nothing can bring it back.
deletion-selected-question = Delete the selected messages for good?
deletion-many-question = { $count ->
    [one] Delete { $count } message for good?
   *[other] Delete { $count } messages for good?
}
deletion-many-sentence = They will be gone from the mail server. Nothing can bring them back.
caution-hidden = The sender’s name or address held invisible characters. Look at the address closely.

report-title = What became of the message
report-failed = Not delivered to { $email }: { $reason }.
report-delayed = Not yet delivered to { $email }, and still being tried: { $reason }.
report-delivered = Delivered to { $email }.
report-relayed = Passed on for { $email } to a server that sends no reports.
report-expanded = Passed on for { $email } to several addresses.
report-sent = Show the message that this is about
report-technical = Technical details
reason-unknown-mailbox = there is no such mailbox
reason-closed-mailbox = the mailbox takes no mail
reason-full-mailbox = the mailbox is full
reason-unknown-domain = what stands behind the @ does not exist or takes no mail
reason-too-big = the message is too big
reason-spam = it was taken for spam or for something dangerous
reason-refused = their server does not take mail from you
reason-unreachable = their server could not be reached or asked to wait
reason-loop = the message went round in circles
reason-other = their server gave no reason that is understood here
receipt-displayed = { $email } has had the message on screen. Whether it was read, nobody knows.
receipt-deleted = { $email } has deleted the message without opening it.
receipt-deleted-by-rule = A program has deleted the message at { $email } without showing it.
receipt-dispatched = { $email } has passed the message on.
receipt-processed = A program at { $email } has processed the message.

receipt-wish = { $names } asks to be told that you have read this.
receipt-elsewhere = That is not the address that the message comes from.
receipt-send = Send
receipt-refuse = Don’t send
receipt-subject = Read: { $subject }
receipt-text = Your message “{ $subject }” of { $date } has been shown on screen to its recipient. That does not mean that it was read or understood.
receipt-impossible = This message can’t be answered with a receipt.
done-receipt-sent = The sender is being told.
done-receipt-refused = The sender is not told.
deletion-sentence-here = For { $days } days “{ $subject }” can be brought back from Recently deleted.
deletion-many-sentence-here = For { $days } days they can be brought back from Recently deleted.
