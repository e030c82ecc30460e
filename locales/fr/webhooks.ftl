### Webhooks.

settings-webhooks = Webhooks
webhooks-lead = Des programmes, ailleurs, avertis quand quelque chose change dans votre courrier. Ils apprennent ce qui a changé et où, jamais ce que disent vos messages. La documentation explique comment vérifier ce qu’ils reçoivent.
webhook-new = Nouveau webhook
webhook-made = Le webhook est créé. Copiez son secret maintenant : il ne sera plus affiché.
webhook-made-again = Voici le nouveau secret. Copiez-le maintenant : il ne sera plus affiché. L’ancien ne signe plus rien.
webhook-secret = Secret
webhook-url-label = Adresse
webhook-url-hint = En https, sur l’Internet public.
webhook-kinds = Ce qu’il apprend
webhook-kinds-all = Tous les changements
webhook-kind-email = les messages qui arrivent, partent ou sont marqués
webhook-kind-mailbox = les dossiers et leurs nombres
webhook-kind-thread = les conversations lues plus avant
webhook-kind-submission = les messages en cours d’envoi
webhook-kind-collection = la relève d’un serveur POP3
webhook-accounts = De quels comptes
webhook-accounts-none = Ses comptes n’existent plus : il n’apprend rien.
webhook-none-is-all = Sans choix : tout.
webhook-make = Créer le webhook
webhook-open = Ouvrir
webhook-open-named = Ouvrir { $url }
webhook-state-active = Actif
webhook-state-trying = { $count ->
    [one] Le dernier essai a échoué.
   *[other] Les { $count } derniers essais ont échoué.
}
webhook-state-paused = En pause
webhook-state-failing = En pause, car trop d’essais ont échoué. Quand son destinataire fonctionne, laissez-le reprendre : ce qu’il a manqué lui est dit alors, dans la mesure où c’est encore connu.
webhook-state-gone = En pause, car son destinataire dit qu’il n’existe plus.
webhook-state-secret = En pause, car son secret ne peut plus être lu ici. Créez-en un nouveau.
webhook-next = Nouvel essai le { $date }.
webhook-key = Son secret s’appelle { $key } dans la signature.
webhook-test = Envoyer un essai
webhook-test-failed = L’essai n’est pas arrivé. La liste ci-dessous dit pourquoi.
webhook-pause = Mettre en pause
webhook-resume = Reprendre
webhook-renew = Créer un nouveau secret
webhook-deletion-question = Supprimer ce webhook ?
webhook-deliveries = Ce qu’il a appris
webhook-deliveries-none = Rien encore.
webhook-delivered = Arrivé
webhook-waiting = En route
webhook-error-status = Le destinataire a répondu { $status }.
webhook-error-timeout = Le destinataire n’a pas répondu à temps.
webhook-error-tls = Le certificat du destinataire n’est pas digne de confiance.
webhook-error-unreachable = Le destinataire est injoignable.
webhook-error-denied = L’adresse n’est pas permise.
webhook-test-delivery = Essai
webhook-reset-delivery = Beaucoup a changé
webhook-changes = { $count ->
    [one] Un changement
   *[other] { $count } changements
}
webhook-attempts = { $count ->
    [one] un essai
   *[other] { $count } essais
}
webhook-took = { $milliseconds } ms
webhooks-back = Tous les webhooks
webhook-account = Un compte n’est pas à vous.
webhook-address = Les webhooks vont à des adresses publiques, au port 443.
webhook-too-many = Vous avez 20 webhooks. Supprimez-en un d’abord.
webhook-type = Choisissez ce qu’il apprend.
webhook-url = Ce n’est pas une adresse https.
