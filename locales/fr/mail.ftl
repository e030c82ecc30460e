### Les dossiers à lire, la liste, la recherche.

folder-inbox = Boîte de réception
folder-drafts = Brouillons
folder-sent = Envoyés
folder-archive = Archives
folder-junk = Indésirables
folder-trash = Corbeille
folder-all = Tous les messages
folder-flagged = Suivis
folder-unread-count = { $count ->
    [one] { $count } message non lu
   *[other] { $count } messages non lus
}
folder-drafts-count = { $count ->
    [one] { $count } brouillon
   *[other] { $count } brouillons
}
folder-starred = Suivis
folder-outbox-unsent = { $count ->
    [one] Un message n’est pas parti comme il devait
   *[other] { $count } messages ne sont pas partis comme ils devaient
}
folder-outbox-waiting = { $count ->
    [one] { $count } message attend de partir
   *[other] { $count } messages attendent de partir
}
folder-count-thousands = { $count } k

title-search = « { $query } » dans { $folder }
title-search-everywhere = « { $query } » dans tous les dossiers

search-in = Rechercher dans { $folder }
search-clear = Effacer
search-clear-name = Effacer la recherche
search-everywhere = Rechercher dans tous les dossiers
search-results = Résultats
search-for-in = Pour « { $query } » dans { $folder }
search-for-everywhere = Pour « { $query } » dans tous les dossiers

list-view = Affichage de la liste
list-show = Afficher
show-messages = Messages un par un
show-talks = Conversations
list-order-messages = Les conversations vont toujours des plus récentes aux plus anciennes. Dans cet ordre, les messages sont affichés un par un.
sort-by = Trier par
sort-newest = Plus récents d’abord
sort-oldest = Plus anciens d’abord
sort-from = Expéditeur, de A à Z
sort-from-down = Expéditeur, de Z à A
sort-subject = Objet, de A à Z
sort-subject-down = Objet, de Z à A
sort-largest = Plus volumineux d’abord
sort-smallest = Plus légers d’abord
list-total = { $count ->
    [0] Aucun message
    [one] { $count } message
   *[other] { $count } messages
}
list-unread = { $count ->
    [one] { $count } non lu
   *[other] { $count } non lus
}
list-total-and-unread = { $total }, { $unread }
list-found = { $count ->
    [0] Aucun résultat
    [one] { $count } message trouvé
   *[other] { $count } messages trouvés
}
list-found-so-far = Les plus récents parmi les résultats
list-span-of = { $span } sur { $total }
list-nothing-found = Rien dans { $folder } ne correspond à « { $query } ».
list-nothing-everywhere = Aucun message, dans aucun dossier, ne correspond à « { $query } ».
list-empty = Rien ici. Les messages que vous déplacez dans ce dossier s’y retrouvent.
list-empty-inbox = La boîte de réception est vide. Les nouveaux messages y apparaissent d’eux-mêmes.
list-empty-archive = Rien ici. Les messages que vous archivez arrivent dans ce dossier.
list-empty-drafts = Aucun brouillon. Les messages commencés et non envoyés sont gardés ici.
list-empty-sent = Rien d’envoyé pour l’instant. Ce que vous envoyez est gardé ici.
list-empty-junk = Aucun indésirable. Le courrier non voulu arrive ici.
list-empty-trash = Rien ici. Les messages que vous supprimez arrivent dans ce dossier.
list-empty-flagged = Rien ici. Les messages que vous suivez apparaissent dans ce dossier.
newer = Plus récents
older = Plus anciens
pager = Pages

select = Sélectionner
select-all = Tout sélectionner
selection-actions = Avec les messages sélectionnés
archive = Archiver
delete = Supprimer
delete-for-good = Supprimer définitivement
junk = Indésirable
not-junk = Acceptable
mark-read = Marquer comme lu
mark-unread = Marquer comme non lu
mark-all-read = Tout marquer comme lu
read = Lu
unread = Non lu
quick-actions = Actions rapides
star = Suivre
unstar = Ne plus suivre
move-to = Déplacer…
move-filter = Trouver un dossier
label = Étiqueter
labels-title = Étiquettes
labels-choose = Étiquettes…
labels-none = Aucune étiquette ici pour l’instant. Écrivez un nom pour créer la première.
label-name = Trouver ou créer une étiquette
label-add = Poser
label-on-some = sur { $count } de { $total }
label-usual-1 = Important
label-usual-2 = Travail
label-usual-3 = Personnel
label-usual-4 = À faire
label-usual-5 = Plus tard

no-subject = (sans objet)
row-talk = { $count ->
    [one] Conversation, { $count } message
   *[other] Conversation, { $count } messages
}
row-unread = Non lu
row-starred = Suivi
row-attachment = Avec une pièce jointe
row-draft = Brouillon
row-to = À : { $names }
row-no-sender = (sans expéditeur)
row-no-recipient = (sans destinataire)

search-help-title = Comment rechercher
search-help-lead = Les mots sont cherchés dans l’expéditeur, les destinataires, l’objet et le texte. Ces formes rendent la recherche plus précise.
search-help-type = Vous écrivez
search-help-finds = La recherche trouve
search-help-together = Combinez-les : un message doit répondre à toutes.
search-from = les messages d’anna
search-to = les messages à paul
search-cc = les messages dont team est en copie
search-subject = ces mots dans l’objet
search-body = ce mot dans le texte
search-unread = les messages non lus
search-starred = les messages suivis
search-answered = les messages auxquels vous avez répondu
search-label = les messages qui portent l’étiquette Work
search-attachment = les messages avec pièce jointe
search-after = les messages arrivés ce jour-là ou plus tard
search-before = les messages arrivés avant ce jour
search-larger = les messages de plus de 5 mégaoctets
search-smaller = les messages de moins de 100 kilooctets
search-not = les messages sans ce mot
search-or = les messages avec l’un ou l’autre
search-phrase = ces mots dans cet ordre

all-inboxes = Toutes les boîtes de réception
all-missing = Le courrier de { $account } manque ici. { $why }
search-misread = La condition « { $words } » n’existe pas : ces mots ont été cherchés tels quels.
search-unfinished =
    { $count ->
        [one] Un dossier de { $account } n’a pas répondu à temps.
       *[other] { $count } dossiers de { $account } n’ont pas répondu à temps.
    } « Plus anciens » les interroge de nouveau.
all-partly = Une partie n’a pas pu être faite. Regardez ce qui reste, puis réessayez.
