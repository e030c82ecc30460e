### Ce qui a été fait, et pourquoi quelque chose n’a pas pu l’être.

done-archived = { $count ->
    [one] Message archivé.
   *[other] { $count } messages archivés.
}
done-trashed = { $count ->
    [one] Message mis à la corbeille.
   *[other] { $count } messages mis à la corbeille.
}
done-junk = { $count ->
    [one] Message classé comme indésirable.
   *[other] { $count } messages classés comme indésirables.
}
done-not-junk = { $count ->
    [one] Message remis dans la boîte de réception.
   *[other] { $count } messages remis dans la boîte de réception.
}
done-deleted = { $count ->
    [0] Il n’y avait rien à supprimer.
    [one] Message supprimé définitivement.
   *[other] { $count } messages supprimés définitivement.
}
done-moved = { $count ->
    [one] Message déplacé vers { $folder }.
   *[other] { $count } messages déplacés vers { $folder }.
}
done-copied = { $count ->
    [one] Message copié vers { $folder }.
   *[other] { $count } messages copiés vers { $folder }.
}
done-undone = { $count ->
    [one] Le message est de retour.
   *[other] { $count } messages sont de retour.
}
done-labelled = { $count ->
    [0] Étiquette { $folder } déjà posée.
    [one] Étiquette { $folder } posée.
   *[other] Étiquette { $folder } posée sur { $count } messages.
}
done-unlabelled = { $count ->
    [0] L’étiquette { $folder } n’était pas posée.
    [one] Étiquette { $folder } retirée.
   *[other] Étiquette { $folder } retirée de { $count } messages.
}
done-label-undone = { $count ->
    [one] L’étiquette est comme avant.
   *[other] Les étiquettes sont comme avant.
}
done-saved = Enregistré.
done-read = { $count ->
    [0] Rien n’était non lu.
    [one] Message marqué comme lu.
   *[other] { $count } messages marqués comme lus.
}
done-reading = { $count } messages sont en train d’être marqués comme lus. Paramètres → Importer et exporter montre où cela en est.
done-folder-created = Le dossier { $folder } a été créé.
done-folder-renamed = Le dossier s’appelle maintenant { $folder }.
done-folder-moved = Le dossier { $folder } a été déplacé.
done-folder-shown = Le dossier { $folder } est de nouveau affiché.
done-folder-hidden = Le dossier { $folder } est masqué.
done-folder-deleted = Le dossier { $folder } a été supprimé.
done-token-revoked = Le jeton n’ouvre plus rien.
done-webhook-resumed = Le webhook reprend.
done-webhook-paused = Le webhook est en pause.
done-webhook-tested = L’essai est arrivé.
done-webhook-removed = Le webhook est supprimé.
done-sessions-ended = { $count ->
    [0] Il n’y avait pas d’autre session.
    [one] Session fermée.
   *[other] { $count } sessions fermées.
}
done-identity-removed = Identité supprimée.

nothing-selected = Aucun message n’est sélectionné.
too-many-selected = Cela fait plus de 500 messages. Sélectionnez-en moins.
choose-folder = Choisissez un dossier.
bulk-busy = Un autre changement de nombreux messages de ce compte est en cours. Réessayez quand il sera terminé.
label-empty = Écrivez le nom de l’étiquette.
label-long = Ce nom d’étiquette est trop long. Il a 50 lettres au plus, environ la moitié dans d’autres alphabets.
label-sign = Le nom d’une étiquette n’a ni parenthèses, ni crochets, ni guillemets droits, ni aucun des signes % * \.
label-taken = Les logiciels de messagerie utilisent ce nom pour autre chose. Choisissez-en un autre.
label-none-new = Votre serveur de messagerie n’accepte pas de nouvelle étiquette dans ce dossier. Rien n’a été modifié.
label-refused = Votre serveur de messagerie n’a pas gardé cette étiquette, et rien n’a été modifié. Certains serveurs ne gardent aucune étiquette, ou 26 au plus par dossier.
already-in-trash = Ces messages sont déjà dans la corbeille.
delete-only-from-trash = Seuls les messages de la corbeille et des indésirables peuvent être supprimés définitivement.
undo-too-late = Il est trop tard pour annuler.

folder-inbox-stays = La boîte de réception garde son nom et sa place.
folder-role-stays = Ce dossier a une fonction et ne peut pas être supprimé.
folder-inside-itself = Un dossier ne peut pas se trouver dans lui-même.
folder-holds-others = Ce dossier en contient d’autres. Déplacez-les ou supprimez-les d’abord.
folder-name-invalid = Le nom d’un dossier a de 1 à 200 caractères.
folder-name-delimiter = Ce nom contient un caractère qui sépare les dossiers sur votre serveur.
folder-flat = Votre serveur n’a pas de dossiers dans les dossiers.

identity-last = Il faut garder au moins une identité.
identity-address-invalid = Ce n’est pas une adresse électronique.
identity-too-long = Le nom ou la signature est trop long.

login-server-gone = Votre serveur de messagerie n’est plus configuré ici. Adressez-vous à l’opérateur de ce site.

problem-unknown-host = Le nom de votre serveur de messagerie est introuvable. Réessayez dans un moment.
problem-unreachable = Votre serveur de messagerie est injoignable. Réessayez dans un moment.
problem-timeout = Votre serveur de messagerie ne répond pas. Réessayez dans un moment.
problem-tls = Le certificat de votre serveur de messagerie n’est pas fiable : rien ne lui a été envoyé. Prévenez l’opérateur de ce site.
problem-no-starttls = Votre serveur de messagerie n’offre pas de chiffrement : rien ne lui a été envoyé. Prévenez l’opérateur de ce site.
problem-disconnected = La connexion à votre serveur de messagerie s’est interrompue. Réessayez.
problem-protocol = La réponse de votre serveur de messagerie est incompréhensible. Réessayez dans un moment.
problem-wrong-password = L’adresse ou le mot de passe est incorrect.
problem-password-expired = Votre mot de passe a expiré. Changez-le chez votre fournisseur de messagerie.
problem-unavailable = Votre serveur de messagerie a des difficultés. Réessayez dans un moment.
problem-limit = Votre serveur de messagerie n’accepte plus de connexions pour l’instant. Réessayez dans un moment.
problem-in-use = Votre boîte est utilisée par un autre programme. Réessayez dans un moment.
problem-too-soon = Votre serveur de messagerie n’autorise une connexion que toutes les quelques minutes. Réessayez dans un moment.
problem-busy = Beaucoup d’opérations sont en cours. Réessayez dans un instant.
problem-sign-in-disabled = Votre serveur de messagerie n’accepte pas de mot de passe ici.
problem-contact-admin = Votre serveur de messagerie vous demande de contacter son opérateur.
problem-no-permission = Votre serveur de messagerie ne le permet pas.
problem-over-quota = Votre boîte est pleine. Supprimez des messages, puis réessayez.
problem-already-exists = Un dossier de ce nom existe déjà.
problem-refused = Votre serveur de messagerie a refusé. Rien n’a été modifié.
problem-account-password = Le serveur de messagerie de ce compte n’accepte plus son mot de passe. Saisissez-le de nouveau dans Paramètres → Comptes.
problem-grant-gone = L’autorisation de lire et d’envoyer le courrier de ce compte n’est plus valable. Reconnectez-vous dans Paramètres → Comptes.
problem-provider = Le service de connexion est injoignable, ou sa réponse est incompréhensible. Réessayez dans un moment.

body-cut = Ce texte est très long. Seul le début est affiché ; le tout se trouve dans le message téléchargé.
body-parts-cut = Ce message a de très nombreuses parties. Toutes ne sont pas affichées.
body-empty = Ce message ne contient pas de texte.
