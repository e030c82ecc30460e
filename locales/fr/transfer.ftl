### Du courrier depuis des fichiers, et vers des fichiers.

settings-transfer = Importer et exporter
transfer-lead = Faites venir ici du courrier depuis les fichiers d’autres logiciels, et emportez une copie du vôtre.
transfer-import = Importer
transfer-import-hint = Un fichier mbox, un seul message (.eml), ou une archive zip ou tar qui en contient ou qui contient un Maildir, compressés par gzip ou non. Étoiles, marques et dates suivent. Un message déjà présent dans son dossier est laissé de côté : rien ne vient deux fois.
transfer-file = Fichier
transfer-file-most = { $size } au plus.
transfer-into = Vers
transfer-into-own = Les dossiers que nomme le fichier, créés s’ils manquent
transfer-begin = Importer
transfer-export = Exporter
transfer-export-hint = Le fichier est écrit pendant que vous le téléchargez. Une grande boîte demande du temps ; laissez la page ouverte.
transfer-what = Quoi
transfer-all = Tous les dossiers
transfer-format = Comme
transfer-format-mbox = mbox : un fichier par dossier, pour presque tous les logiciels
transfer-format-maildir = Maildir dans une archive tar, pour les serveurs de courrier
transfer-format-zip = zip : chaque message comme un fichier (.eml)
transfer-password = Votre mot de passe, encore une fois
transfer-download = Télécharger
transfer-jobs = Dernièrement
transfer-job-import = Importation : { $name }
transfer-job-export = Exportation : { $name }
transfer-job-copy = Copie vers { $name }
transfer-job-bulk = Changements dans { $name }
transfer-job-bulk-everywhere = Changements dans tous les dossiers
transfer-state-ready = Prête à être téléchargée
transfer-state-running = En cours
transfer-state-done = Terminé
transfer-state-failed = Fini avant l’heure
transfer-state-cancelled = Arrêté
transfer-state-interrupted = Interrompu
transfer-interrupted-hint = Le serveur qui s’en chargeait s’est arrêté en cours de route. Le travail reprend de lui-même dans les deux minutes quand c’est possible ; sinon, reprenez-le là où il en était : rien ne vient deux fois et rien ne se perd.
transfer-interrupted-again = Le serveur qui s’en chargeait s’est arrêté en cours de route. Ce qui est fait reste fait ; recommencez pour le reste.
transfer-percent = { $percent } %
transfer-done = { $count ->
    [one] { $count } message
   *[other] { $count } messages
}
transfer-known = { $count ->
    [one] { $count } était déjà là
   *[other] { $count } étaient déjà là
}
transfer-failed-count = { $count ->
    [one] { $count } n’a pas pu suivre
   *[other] { $count } n’ont pas pu suivre
}
transfer-failures = Ce qui n’a pas pu suivre
transfer-failures-more = Les { $count } premiers sont montrés.
transfer-cancel = Arrêter
transfer-resume = Reprendre
transfer-refresh = Cette page montre d’elle-même où l’on en est. Vous pouvez la quitter ; le travail continue.
transfer-back = Importer et exporter
done-transfer-stopping = L’arrêt se fait avant le message suivant.
transfer-broken = Ce ne peut pas être lu jusqu’au bout.
transfer-busy = Une autre importation ou copie est en cours. Attendez qu’elle finisse, ou arrêtez-la.
transfer-empty = Choisissez d’abord un fichier.
transfer-failed = Quelque chose s’est mal passé ici.
transfer-file-gone = Le fichier n’est plus ici. Choisissez-le encore une fois.
transfer-gone = Ce n’est plus là.
transfer-no-message = Ce n’est pas un message.
transfer-no-room = Il n’y a plus de place pour d’autre courrier.
transfer-packed = C’est chiffré, ou compressé d’une façon inconnue.
transfer-same-account = C’est le même compte.
transfer-stopped = C’est arrêté.
transfer-too-deep = C’est rangé trop profond.
transfer-too-large = C’est trop grand pour un message.
transfer-too-many = Il y a trop de choses dans le fichier.
transfer-too-many-folders = Il faudrait créer trop de dossiers.
transfer-unknown-kind = Le fichier n’est ni du courrier ni une archive de courrier.
transfer-copy = Copier dans un autre compte
transfer-copy-hint = Copie tous les dossiers de { $account } avec leurs messages. Ce qui y est déjà est laissé de côté : une copie peut être refaite. Rien n’est supprimé ici.
transfer-copy-to = Vers
transfer-copy-begin = Copier
transfer-account-gone = Le compte où allait la copie n’existe plus.
transfer-files = Les fichiers d’autres importations prennent trop de place. Attendez qu’elles finissent.
