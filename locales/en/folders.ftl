### Arranging folders.

folders-title = Folders
folders-arrange = Arrange folders
folders-own = Your folders
folders-main = Main folders
folders-none = No folders of your own yet.
folders-only-holds-others = Only holds other folders
# $folder: the folder's name.
folders-within = Folders within { $folder }
folder-new = New folder
folder-name = Name
folder-parent = Lies in
folder-at-top = At the top
folder-lies-in = in { $folder }
folder-create = Create
folder-rename = Rename
folder-edit-title = Edit { $folder }
folder-hidden = hidden
folder-hide = Hide
folder-show = Show
folder-hide-named = Hide { $folder }
folder-show-named = Show { $folder }
folder-shown-title = In the list of folders
folder-is-shown = This folder is shown beside your mail.
folder-is-hidden = This folder is hidden. Its mail stays where it is.
folder-keeps-name = This folder has a purpose of its own, so its name and place stay as they are.
folder-clear-title = Empty or delete
folder-empty = Empty the folder
folder-delete = Delete the folder
folder-deletion-question = Delete the folder { $folder }?
folder-deletion-sentence = { $count ->
    [0] The folder is empty. Nothing can bring it back.
    [one] The folder and the message in it will be gone from the mail server. Nothing can bring them back.
   *[other] The folder and the { $count } messages in it will be gone from the mail server. Nothing can bring them back.
}
emptying-question = Delete everything in { $folder } for good?
emptying-sentence = { $count ->
    [0] The folder is empty.
    [one] The message in it will be gone from the mail server. Nothing can bring it back.
   *[other] The { $count } messages in it will be gone from the mail server. Nothing can bring them back.
}
emptying-sentence-here = { $count ->
    [0] The folder is empty.
    [one] For { $days } days the message in it can be brought back from Recently deleted.
   *[other] For { $days } days the { $count } messages in it can be brought back from Recently deleted.
}
folder-deletion-sentence-here = { $count ->
    [0] The folder is empty. Nothing can bring it back.
    [one] The folder will be gone. For { $days } days the message in it can be brought back from Recently deleted.
   *[other] The folder will be gone. For { $days } days the { $count } messages in it can be brought back from Recently deleted.
}

## How long messages lie in Trash and Junk

keeping-title = Deleting by itself
keeping-hint = Counted from the day on which a message was put into this folder.
keeping-label = Delete messages
keeping-days = { $count ->
    [one] After a day
   *[other] After { $count } days
}
keeping-ever = Never
keeping-days-note = { $count ->
    [one] Messages are deleted after a day.
   *[other] Messages are deleted after { $count } days.
}
keeping-ever-note = Messages stay until you delete them.
keeping-change = Change
keeping-days-wrong = Choose a number of days from 1 to 3650.
keeping-elsewhere = This mail lies on a server, which keeps deleted messages as it likes.

## What was deleted and can be brought back

deleted-title = Recently deleted
deleted-lead = { $count ->
    [one] Messages that were deleted for good stay here for a day, then they are gone.
   *[other] Messages that were deleted for good stay here for { $count } days, then they are gone.
}
deleted-none = Nothing was deleted lately.
deleted-when = deleted { $deleted }, here until { $until }
deleted-home = goes back into { $folder }
deleted-restore = Restore
deleted-remove = Delete for good now
deleted-remove-all = Delete all for good now
deleted-further = Earlier ones
deleted-removal-all-question = Delete everything here for good now?
deleted-removal-sentence = Nothing can bring it back then.
deleted-elsewhere = This mail lies on a server, where deleted messages are gone.
done-restored = { $count ->
    [0] There was nothing to restore.
    [one] Restored.
   *[other] { $count } messages restored.
}
