### Organiser les dossiers.

folders-title = Dossiers
folders-arrange = Organiser les dossiers
folders-own = Vos dossiers
folders-main = Dossiers principaux
folders-none = Vous n’avez pas encore de dossier à vous.
folders-only-holds-others = Ne contient que d’autres dossiers
folders-within = Dossiers dans { $folder }
folder-new = Nouveau dossier
folder-name = Nom
folder-parent = Placé dans
folder-at-top = (premier niveau)
folder-lies-in = dans { $folder }
folder-create = Créer
folder-rename = Renommer
folder-edit-title = Modifier { $folder }
folder-hidden = masqué
folder-hide = Masquer
folder-show = Afficher
folder-hide-named = Masquer { $folder }
folder-show-named = Afficher { $folder }
folder-shown-title = Dans la liste des dossiers
folder-is-shown = Ce dossier est affiché à côté de votre courrier.
folder-is-hidden = Ce dossier est masqué. Ses messages restent où ils sont.
folder-keeps-name = Ce dossier a un rôle particulier ; son nom et sa place ne changent pas.
folder-clear-title = Vider ou supprimer
folder-empty = Vider le dossier
folder-delete = Supprimer le dossier
folder-deletion-question = Supprimer le dossier { $folder } ?
folder-deletion-sentence = { $count ->
    [0] Le dossier est vide. Rien ne pourra le rendre.
    [one] Le dossier et le message qu’il contient seront effacés du serveur de courrier. Rien ne pourra les rendre.
   *[other] Le dossier et les { $count } messages qu’il contient seront effacés du serveur de courrier. Rien ne pourra les rendre.
}
emptying-question = Supprimer définitivement tout le contenu de { $folder } ?
emptying-sentence = { $count ->
    [0] Le dossier est vide.
    [one] Le message qu’il contient sera effacé du serveur de courrier. Rien ne pourra le rendre.
   *[other] Les { $count } messages qu’il contient seront effacés du serveur de courrier. Rien ne pourra les rendre.
}
