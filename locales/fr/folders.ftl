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
folder-at-top = Au premier niveau
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
emptying-sentence-here = { $count ->
    [0] Le dossier est vide.
    [one] Pendant { $days } jours, le message qu’il contient peut être rétabli depuis « Supprimés récemment ».
   *[other] Pendant { $days } jours, les { $count } messages qu’il contient peuvent être rétablis depuis « Supprimés récemment ».
}
folder-deletion-sentence-here = { $count ->
    [0] Le dossier est vide. Rien ne pourra le rendre.
    [one] Le dossier sera effacé. Pendant { $days } jours, le message qu’il contient peut être rétabli depuis « Supprimés récemment ».
   *[other] Le dossier sera effacé. Pendant { $days } jours, les { $count } messages qu’il contient peuvent être rétablis depuis « Supprimés récemment ».
}

## Combien de temps les messages restent dans la corbeille et les indésirables

keeping-title = Suppression automatique
keeping-hint = À compter du jour où un message a été mis dans ce dossier.
keeping-label = Supprimer les messages
keeping-days = { $count ->
    [one] Après un jour
   *[other] Après { $count } jours
}
keeping-ever = Jamais
keeping-days-note = { $count ->
    [one] Les messages sont supprimés après un jour.
   *[other] Les messages sont supprimés après { $count } jours.
}
keeping-ever-note = Les messages restent jusqu’à ce que vous les supprimiez.
keeping-change = Modifier
keeping-days-wrong = Choisissez un nombre de jours entre 1 et 3650.
keeping-elsewhere = Ce courrier se trouve sur un serveur, qui garde les messages supprimés à sa façon.

## Ce qui a été supprimé et peut être rétabli

deleted-title = Supprimés récemment
deleted-lead = { $count ->
    [one] Les messages supprimés définitivement restent ici un jour, puis disparaissent.
   *[other] Les messages supprimés définitivement restent ici { $count } jours, puis disparaissent.
}
deleted-none = Rien n’a été supprimé récemment.
deleted-when = supprimé : { $deleted }, effacé : { $until }
deleted-home = revient dans { $folder }
deleted-restore = Rétablir
deleted-remove = Effacer dès maintenant
deleted-remove-all = Tout effacer dès maintenant
deleted-further = Plus anciens
deleted-removal-all-question = Effacer dès maintenant tout ce qui est ici ?
deleted-removal-sentence = Rien ne pourra le rendre ensuite.
deleted-elsewhere = Ce courrier se trouve sur un serveur, où les messages supprimés disparaissent.
done-restored = { $count ->
    [0] Il n’y avait rien à rétablir.
    [one] Rétabli.
   *[other] { $count } messages rétablis.
}
