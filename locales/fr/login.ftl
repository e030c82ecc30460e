### Connexion.

login-title = Connexion à votre courrier
login-address = Adresse
login-address-example = anna@example.org
login-password = Mot de passe
login-stay = Rester connecté
login-stay-hint = Seulement sur un appareil qui est à vous.
login-foot = Votre courrier reste sur votre serveur. Restante ne fait que l’y chercher.

login-signed-out = Vous êtes déconnecté.
login-session-ended = Votre session a pris fin. Reconnectez-vous pour continuer.
login-incomplete = Saisissez votre adresse et votre mot de passe.
login-not-an-address = Saisissez votre adresse complète, par exemple anna@example.org.
login-refused = Le serveur de courrier n’a pas accepté cette adresse et ce mot de passe. Vérifiez les deux et réessayez.
login-unknown-domain = Aucun serveur de courrier n’est prévu ici pour { $domain }. Vérifiez l’adresse, ou adressez-vous à la personne qui gère ce service.
login-unreachable = Le serveur de courrier est injoignable. Votre adresse et votre mot de passe n’ont pas été vérifiés. Réessayez dans un instant.
login-no-such-server = Le nom du serveur de courrier est inconnu du réseau ; rien n’a donc été envoyé. Prévenez la personne qui gère ce service.
login-too-slow = Le serveur de courrier n’a pas répondu à temps. Réessayez dans un instant.
login-certificate = Le serveur de courrier n’a pas pu prouver son identité ; votre mot de passe n’a donc pas été envoyé. Prévenez la personne qui gère ce service.
login-no-encryption = Le serveur de courrier ne propose aucun chiffrement ; votre mot de passe n’a donc pas été envoyé. Prévenez la personne qui gère ce service.
login-unavailable = Le serveur de courrier ne peut pas vérifier les mots de passe en ce moment. Réessayez dans quelques minutes.
login-limit = Le serveur de courrier n’accepte plus de connexion pour ce compte. Fermez un autre logiciel de courrier, ou réessayez dans quelques minutes.
login-in-use = Votre boîte est ouverte dans un autre logiciel ; le serveur de courrier n’a donc pas pu vérifier votre mot de passe. Fermez ce logiciel, ou réessayez dans quelques minutes.
login-too-soon = Le serveur de courrier n’autorise une connexion que toutes les quelques minutes ; il n’a donc pas vérifié votre mot de passe. Réessayez dans quelques minutes.
login-server-kind = Le serveur de courrier de { $domain } a été remplacé depuis votre dernière visite par un serveur d’un autre genre. Adressez-vous à la personne qui gère ce service.
login-expired = Le serveur de courrier indique que ce mot de passe a expiré. Changez-le chez votre fournisseur, puis connectez-vous avec le nouveau.
login-contact-admin = Le serveur de courrier a refusé la connexion. Il répond : « { $words } »
login-throttled = Trop d’essais. Attendez { $count ->
    [one] { $count } seconde
   *[other] { $count } secondes
}, puis réessayez.
login-protocol = Le serveur de courrier a donné une réponse incompréhensible ; la connexion n’a pas pu se faire. Prévenez la personne qui gère ce service.
login-internal = Une panne s’est produite ici et la connexion n’a pas pu se faire. Votre adresse et votre mot de passe ne sont pas en cause. Réessayez dans un instant.
