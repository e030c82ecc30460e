### Relève depuis un serveur POP3.

settings-collection = Relève du courrier
collection-lead = Votre serveur de courrier ({ $address }) parle POP3, qui ne sait que remettre les messages. Restante les y relève et les range dans une boîte à lui, avec dossiers, recherche et brouillons.
collection-running = Relève en cours
collection-paused = En pause : rien n’est relevé tant que vous ne reprenez pas.
collection-trouble = Le courrier n’a pas pu être relevé.
collection-idle = Tout ce que contient le serveur est ici.
collection-not-yet = Rien n’a encore été relevé.
collection-progress = { $done } sur { $total }
collection-next = Prochaine relève : { $time }.
collection-next-try = Prochain essai : { $time }.
collection-next-soon = La prochaine relève va commencer.
collection-last = Dernière relève : { $date }.
collection-remote = { $count ->
    [0] Le serveur ne contient aucun message.
    [one] Le serveur contient { $count } message, { $size }.
   *[other] Le serveur contient { $count } messages, { $size }.
}
collection-expires = { $count ->
    [one] Ce serveur dit qu’il supprime de lui-même les messages { $count } jour après leur arrivée.
   *[other] Ce serveur dit qu’il supprime de lui-même les messages { $count } jours après leur arrivée.
}
collection-expires-at-once = Ce serveur dit qu’il peut supprimer de lui-même les messages une fois relevés.
collection-check-now = Relever maintenant
collection-pause = Mettre en pause
collection-resume = Reprendre la relève
collection-when = Quand
collection-interval = Chercher du nouveau courrier
collection-every = { $count ->
    [60] Toutes les heures
    [180] Toutes les 3 heures
   *[other] Toutes les { $count } minutes
}
collection-background-title = En votre absence
collection-background = Relever aussi quand personne n’est connecté
collection-background-hint = Restante garde alors une clé avec laquelle il peut se connecter seul à votre serveur de courrier ; la personne qui gère ce service le pourrait donc aussi. Sans elle, le courrier est relevé quand vous êtes connecté, et rien ici ne peut ouvrir votre mot de passe autrement.
collection-history = Message par message
collection-mark-paused = La relève est en pause
collection-mark-failed = Le courrier n’a pas pu être relevé
collection-mark = Relève en cours : { $progress }
collection-failed-unreachable = Votre serveur de courrier est injoignable. Ce qui est ici y reste, et un nouvel essai aura lieu tout seul.
collection-failed-tls = Votre serveur de courrier n’a pas pu prouver son identité ; votre mot de passe n’a donc pas été envoyé. Prévenez la personne qui gère ce service.
collection-failed-wrong-password = Votre serveur de courrier n’a pas accepté votre mot de passe. Si vous l’avez changé, déconnectez-vous puis reconnectez-vous avec le nouveau.
collection-failed-grant-gone = Votre fournisseur ne nous permet plus de relever le courrier de ce compte. Reconnectez-vous dans Paramètres → Comptes.
collection-failed-in-use = Votre boîte est ouverte dans un autre logiciel. Un nouvel essai aura lieu dès qu’il aura fini.
collection-failed-login-delay = Votre serveur de courrier veut une pause entre deux connexions. Un nouvel essai aura lieu ensuite.
collection-failed-temporary = Votre serveur de courrier a lui-même des ennuis. Un nouvel essai aura lieu tout seul.
collection-failed-permanent = Votre serveur de courrier ne permet pas à ce compte de relever le courrier. Demandez à votre fournisseur si POP3 est activé.
collection-failed-nonsense = Votre serveur de courrier a donné une réponse incompréhensible. Un nouvel essai aura lieu tout seul.
collection-failed-cut-off = La connexion à votre serveur de courrier s’est rompue. Ce qui était arrivé est ici, et la suite viendra toute seule.
collection-failed-no-space = Il n’y a plus de place ici pour ranger le courrier ; rien n’a donc été supprimé sur votre serveur. La relève reprendra seule dès qu’il y aura de la place. Prévenez la personne qui gère ce service.
collection-failed-disk = Le courrier ne peut pas être rangé ici pour le moment : le disque signale une erreur. Rien n’a été supprimé sur votre serveur. La relève reprendra seule dès que le disque fonctionnera. Prévenez la personne qui gère ce service.
collection-failed-quota = Vous avez atteint la place à laquelle vous avez droit ; le reste attend sur votre serveur de courrier. Supprimez quelque chose ici, et la relève reprendra seule.
collection-failed-busy = Beaucoup de choses se font ici en même temps. Un nouvel essai aura lieu tout seul.
collection-failed-needs-password = Restante ne peut plus ouvrir seul votre mot de passe. Déconnectez-vous puis reconnectez-vous.
policy-title = Ce qui se passe sur le serveur
policy-lead = Ce qui est relevé est rangé ici. À vous de dire si cela reste aussi sur le serveur.
policy-keep = Tout y garder
policy-after-days = Supprimer ce qui est ici en sûreté depuis
policy-after = { $count ->
    [one] Supprimer ce qui est ici en sûreté depuis { $count } jour
   *[other] Supprimer ce qui est ici en sûreté depuis { $count } jours
}
policy-at-once = Supprimer ce qui est ici en sûreté, dès la prochaine relève
policy-when-deleted-here = Supprimer ce que je supprime ici
policy-when-leaves-inbox = Supprimer ce que je sors ici de la boîte de réception
policy-above-size = Supprimer les plus anciens tant que le serveur contient plus de
policy-above = Supprimer les plus anciens tant que le serveur contient plus de { $size }
policy-unit-days = jours
policy-unit-megabytes = Mo
policy-preview = Voir ce qui serait supprimé
policy-hint = Rien ne change avant que vous l’ayez vu et accepté. Seuls des messages qui sont ici entiers, ce qui est vérifié à chaque fois, sont supprimés là-bas.
plan-keep = Rien ne sera supprimé sur le serveur.
plan-none = Rien de ce que le serveur contient maintenant ne serait supprimé à la prochaine relève.
plan-count = { $count ->
    [one] La prochaine relève supprimerait { $count } message sur le serveur ({ $size }).
   *[other] La prochaine relève supprimerait { $count } messages sur le serveur ({ $size }).
}
plan-later = { $count ->
    [one] { $count } autre suivrait une fois resté ici assez longtemps.
   *[other] { $count } autres suivraient une fois restés ici assez longtemps.
}
plan-more = { $count ->
    [one] … et { $count } autre.
   *[other] … et { $count } autres.
}
plan-message = { $size }, rangé ici { $date }
plan-removed = (déjà supprimé ici)
plan-without-uidl = Ce serveur ne donne pas de nom à ses messages ; aucun ne peut donc être supprimé sans risque. Tout y reste.
plan-use = Choisir cela
plan-use-deleting = Choisir cela et les supprimer là-bas
plan-hint = Vos messages ici ne sont pas touchés. Une suppression sur le serveur est définitive.
ledger-title = Tous les messages que le serveur a montrés
ledger-lead = Le dernier d’abord. Avec ce qu’il en est advenu.
ledger-empty = Le serveur n’a encore montré aucun message.
ledger-not-here = (pas ici)
ledger-waiting = Attend d’être relevé
ledger-failed = { $count ->
    [one] N’a pas pu être relevé ; { $count } essai
   *[other] N’a pas pu être relevé ; { $count } essais
}
ledger-vanished = Il avait disparu avant d’être relevé
ledger-stored = Rangé ici { $date } ; le serveur l’a aussi
ledger-only-here = Rangé ici { $date } ; le serveur ne l’a plus
ledger-quarantined = Rangé ici { $date } ; il est illisible et gardé tel quel
ledger-deleted = Rangé ici { $stored } ; supprimé sur le serveur { $deleted }
ledger-further = Suivants
deletions-title = Tout ce qui a été supprimé sur le serveur
deletions-lead = Noté avant que le serveur soit sollicité, avec ce qu’il en est advenu.
deletions-empty = Rien n’a jamais été supprimé sur le serveur.
deletion-sent = demandé ; la réponse est attendue
deletion-confirmed = le serveur l’a confirmé
deletion-refused = le serveur a refusé
deletion-unknown = le serveur n’a pas répondu ; la prochaine relève le dira
deletion-kept = le serveur n’a pas répondu ; il y était encore ensuite
deletion-gone = le serveur n’a pas répondu ; il n’y était plus ensuite
deletion-after-days = Ici en sûreté depuis assez longtemps
deletion-when-deleted-here = Supprimé ici
deletion-when-leaves-inbox = Sorti ici de la boîte de réception
deletion-above-size = Le serveur contenait trop
lost-subject = Un message n’a pas pu être relevé
lost-refused = Votre serveur de courrier annonce un message et refuse de le remettre.
lost-cut-off = Votre serveur de courrier annonce un message, et la connexion se rompt chaque fois qu’il devrait le remettre.
lost-nonsense = Votre serveur de courrier annonce un message et donne une réponse incompréhensible au lieu de le remettre.
lost-too-large = Votre serveur de courrier contient un message plus gros que ce qui est accepté ici.
lost-what = Il fait { $size } ; le serveur l’appelle { $name }. Il y est toujours, et rien n’en a été supprimé. Tout le reste du courrier est relevé comme d’habitude.
lost-text = Restante réessaie une fois par jour. S’il arrive finalement, vous le trouverez dans votre boîte de réception. Un autre logiciel de courrier, ou le site de votre fournisseur, peut peut-être l’ouvrir.
