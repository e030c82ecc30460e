### Ce qui ne va pas : ce qui s’est passé, ce qui est gardé, que faire.

error-page-title = Cette page n’existe pas
error-page = L’adresse ne mène nulle part. Elle est peut-être incomplète ou mal saisie.
error-folder-title = Ce dossier est introuvable
error-folder = Il a été renommé, déplacé ou supprimé, ici ou dans un autre logiciel de courrier.
error-message-title = Ce message n’est plus là
error-message = Il a été déplacé ou supprimé, ici ou dans un autre logiciel de courrier.
error-part-title = Cette partie est introuvable
error-part = Le message n’a pas de telle partie. Rouvrez le message depuis sa liste.
error-foreign-title = Cette demande vient d’ailleurs
error-foreign = Un autre site l’a envoyée ; rien n’a donc été fait. Si c’était vous, revenez en arrière, rechargez la page et recommencez.
error-request-title = Cette demande est incompréhensible
error-request = Le formulaire est arrivé incomplet ou en désordre ; rien n’a donc été fait. Revenez en arrière, rechargez la page et recommencez.
error-large-title = C’est trop volumineux
error-large = Ce qui a été envoyé dépasse ce que ce service accepte ; rien n’a donc été enregistré.
error-many-title = Trop de demandes à la fois
error-many = Rien n’a été fait. Attendez { $count ->
    [one] { $count } seconde
   *[other] { $count } secondes
}, puis réessayez.
error-refused-title = Le serveur de courrier a refusé
error-refused = Rien n’a changé. Il répond : « { $words } »
error-away-title = Le serveur de courrier est injoignable
error-away = Votre courrier y est en sûreté ; rien n’a changé. Réessayez dans un instant.
error-slow-title = Le serveur de courrier n’a pas répondu à temps
error-slow = On ne sait pas si la dernière action a été faite. Regardez la liste avant de la répéter.
error-busy-title = Le serveur de courrier est occupé
error-busy = Il n’accepte plus de connexion pour le moment ; rien n’a changé. Réessayez dans un instant.
error-internal-title = Une panne s’est produite ici
error-internal = Votre courrier n’est pas touché. Réessayez ; si cela se reproduit, indiquez ce numéro à la personne qui gère ce service : { $number }
