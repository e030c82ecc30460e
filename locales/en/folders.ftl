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
folder-at-top = (at the top)
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
