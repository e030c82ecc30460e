### Folders to read in, the list, the search.

folder-inbox = Inbox
folder-drafts = Drafts
folder-sent = Sent
folder-archive = Archive
folder-junk = Junk
folder-trash = Trash
folder-all = All mail
folder-flagged = Starred
folder-unread-count = { $count ->
    [one] { $count } unread message
   *[other] { $count } unread messages
}
folder-drafts-count = { $count ->
    [one] { $count } draft
   *[other] { $count } drafts
}
folder-starred = Starred
folder-outbox-unsent = { $count ->
    [one] One message did not go out as it should
   *[other] { $count } messages did not go out as they should
}
folder-outbox-waiting = { $count ->
    [one] { $count } message waits to be sent
   *[other] { $count } messages wait to be sent
}
# $count: thousands of unread messages, such as 12.
folder-count-thousands = { $count }k

title-search = “{ $query }” in { $folder }
title-search-everywhere = “{ $query }” in all folders

search-in = Search in { $folder }
search-clear = Clear
search-clear-name = Clear the search
search-everywhere = Search all folders
search-results = Search results
search-for-in = For “{ $query }” in { $folder }
search-for-everywhere = For “{ $query }” in all folders

list-view = How the list is shown
list-show = Show
show-messages = Single messages
show-talks = Conversations
list-order-messages = Conversations are listed newest first only. In this order you see single messages.
sort-by = Sort by
sort-newest = Newest first
sort-oldest = Oldest first
sort-from = Sender, A to Z
sort-from-down = Sender, Z to A
sort-subject = Subject, A to Z
sort-subject-down = Subject, Z to A
sort-largest = Largest first
sort-smallest = Smallest first
list-total = { $count ->
    [0] No messages
    [one] { $count } message
   *[other] { $count } messages
}
list-unread = { $count } unread
list-total-and-unread = { $total }, { $unread }
list-found = { $count ->
    [0] Nothing found
    [one] { $count } message found
   *[other] { $count } messages found
}
list-found-so-far = The newest that were found
list-span-of = { $span } of { $total }
list-nothing-found = Nothing in { $folder } matches “{ $query }”.
list-nothing-everywhere = Nothing in any folder matches “{ $query }”.
list-empty = Nothing here. Mail you move to this folder is kept here.
list-empty-inbox = Nothing in the inbox. New mail appears here by itself.
list-empty-archive = Nothing here. Mail you archive comes to this folder.
list-empty-drafts = No drafts. Messages you have begun and not sent are kept here.
list-empty-sent = Nothing sent yet. What you send is kept here.
list-empty-junk = No junk. Unwanted mail comes here.
list-empty-trash = Nothing here. Mail you delete comes to this folder.
list-empty-flagged = Nothing here. Mail you star shows up in this folder.
newer = Newer
older = Older
pager = Pages

select = Select
select-all = Select all
selection-actions = With the selected messages
archive = Archive
delete = Delete
delete-for-good = Delete for good
junk = Junk
not-junk = Not junk
mark-read = Mark as read
mark-unread = Mark as unread
mark-all-read = Mark all as read
read = Read
unread = Unread
quick-actions = Quick actions
star = Star
unstar = Remove the star
move-to = Move to…
move-filter = Find a folder
label = Label
labels-title = Labels
labels-choose = Labels…
labels-none = There are no labels here yet. Type a name to make the first.
label-name = Find or make a label
label-add = Put on
label-on-some = on { $count } of { $total }
# The five that Thunderbird has from the start.
label-usual-1 = Important
label-usual-2 = Work
label-usual-3 = Personal
label-usual-4 = To do
label-usual-5 = Later

no-subject = (no subject)
row-talk = { $count ->
    [one] Conversation, { $count } message
   *[other] Conversation, { $count } messages
}
row-unread = Unread
row-starred = Starred
row-attachment = Has an attachment
row-draft = Draft
row-to = To: { $names }
row-no-sender = (no sender)
row-no-recipient = (no recipient)

search-help-title = How to search
search-help-lead = Words are looked for in the sender, the recipients, the subject and the text. These forms make a search more exact.
search-help-type = You type
search-help-finds = It finds
search-help-together = Put several together: a message must fit them all.
search-from = mail from anna
search-to = mail to paul
search-cc = mail with team among the copies
search-subject = these words in the subject
search-body = the word in the text
search-unread = mail you have not read
search-starred = mail you have starred
search-answered = mail you have answered
search-label = mail with the label Work
search-attachment = mail with attachments
search-after = mail that came on this day or later
search-before = mail that came before this day
search-larger = mail of more than 5 megabytes
search-smaller = mail of less than 100 kilobytes
search-not = mail without this word
search-or = mail with one or the other
search-phrase = these words in this order

all-inboxes = All inboxes
all-missing = The mail of { $account } is missing here. { $why }
search-misread = There is no condition “{ $words }”, so these words were looked for.
search-unfinished =
    { $count ->
        [one] One folder of { $account } has not answered in time.
       *[other] { $count } folders of { $account } have not answered in time.
    } “Older” asks again.
all-partly = Some of it could not be done. Look at what is left, then try again.
