### Un message.

reader-nothing = Choisissez un message pour le lire ici.
message-actions = Avec ce message
message-frame = Texte du message
message-details = Afficher les détails
message-to = à { $names }
message-to-and-others = à { $names } et { $rest }
message-to-others = { $count ->
    [one] { $count } autre
   *[other] { $count } autres
}
message-to-nobody = sans destinataire nommé
me = moi
talk-earlier = { $count ->
    [one] { $count } message plus ancien
   *[other] { $count } messages plus anciens
}
talk-later = { $count ->
    [one] { $count } message plus récent
   *[other] { $count } messages plus récents
}
talk-fold = Replier ce message
# Pour les lecteurs d’écran : l’un des messages d’une conversation.
talk-message = Message de { $from }, { $date }
talk-new-one = { $n } nouveau message dans cette conversation
talk-new-other = { $n } nouveaux messages dans cette conversation
talk-own = Plus d’actions pour ce message
talk-answer = Répondre au dernier message
newer-message = Message plus récent
older-message = Message plus ancien
more = Plus d’actions
print = Imprimer
print-hint = Imprimez cette page avec votre navigateur.
paper-light = Afficher sur papier clair
paper-dark = Afficher sur papier sombre
download-message = Télécharger le message
headers-title = Tous les en-têtes
headers-cut = L’en-tête est très long. En voici le début ; le téléchargement le contient en entier.
source-title = Source
source-cut = Le message est volumineux. En voici le début ; le téléchargement le contient en entier.

field-from = De
field-sender = Envoyé par
field-reply-to = Répondre à
field-to = À
field-cc = Cc
field-bcc = Cci
field-date = Écrit le
field-received = Reçu le
field-size = Taille
field-folder = Dossier

images-hidden = { $count ->
    [one] Une image n’a pas été chargée. Elle dirait à l’expéditeur que vous avez lu ce message.
   *[other] { $count } images n’ont pas été chargées. Elles diraient à l’expéditeur que vous avez lu ce message.
}
images-once = Afficher cette fois
images-always = Toujours pour cet expéditeur

quote-lines = { $count ->
    [one] { $count } ligne
   *[other] { $count } lignes
}
quote-show = Afficher le texte cité

attachments = { $count ->
    [one] { $count } pièce jointe
   *[other] { $count } pièces jointes
}
attachment-message = Message transféré
attachment-nameless = Fichier sans nom
attachment-description = { $kind }, { $size }
attachment-open = Ouvrir { $name }
attachment-download = Télécharger { $name }
attachments-all = Tout enregistrer
kind-image = Image
kind-audio = Son
kind-video = Vidéo
kind-message = Message
kind-calendar = Agenda
kind-contact = Contact
kind-archive = Archive
kind-signature = Signature
kind-text = Texte
kind-file = Fichier

caution-sender-unclear = On ne sait pas qui a envoyé ce message : il nomme son expéditeur de plusieurs façons, ou d’aucune qui soit lisible.
caution-name-is-address = Le nom affiché est { $name }, mais le message vient de { $address }.
caution-disguised = L’expéditeur est écrit avec des caractères trompeurs ou invisibles. L’adresse est en réalité { $address }.
caution-reply-elsewhere = Les réponses partent à une autre adresse : { $address }.
caution-sent-by = Envoyé par { $address } au nom de la personne ci-dessus.
caution-not-authentic = Votre serveur de courrier n’a pas pu confirmer que ce message vient d’où il le prétend.
caution-malformed = Des parties de ce message sont abîmées et peuvent manquer ici. La source contient tout.
note-list = De la liste de diffusion { $name }
note-unsubscribe = Se désabonner
note-unsubscribe-mail = Se désabonner par un message
unsubscribe-question = Se désabonner ?
unsubscribe-sentence = { $host } apprend que vous ne voulez plus de ces messages. Il apprend aussi que votre adresse est utilisée, et rien d’autre sur vous. Rien ici ne peut revenir là-dessus.
unsubscribe-page = Ouvrir plutôt la page de l’expéditeur
unsubscribe-refused = Le serveur de l’expéditeur ne l’a pas accepté. Réessayez plus tard, ou ouvrez la page de l’expéditeur.
unsubscribe-unreachable = Le serveur de l’expéditeur est injoignable. Réessayez plus tard, ou ouvrez la page de l’expéditeur.
done-unsubscribed = L’expéditeur en est averti. Quelques messages peuvent encore arriver pendant quelques jours.
note-signed = Signé ; la signature n’a pas été vérifiée
note-encrypted = Chiffré ; ne peut pas être lu ici
note-invitation = Invitation à une réunion ; les détails sont dans la pièce jointe

deletion-question = Supprimer définitivement ce message ?
deletion-sentence = « { $subject } » sera effacé du serveur de courrier. Rien ne pourra le rendre.
deletion-selected-question = Supprimer définitivement les messages sélectionnés ?
deletion-many-question = { $count ->
    [one] Supprimer définitivement { $count } message ?
   *[other] Supprimer définitivement { $count } messages ?
}
deletion-many-sentence = Ils seront effacés du serveur de courrier. Rien ne pourra les rendre.
caution-hidden = Le nom ou l’adresse de l’expéditeur contenait des caractères invisibles. Regardez bien l’adresse.

report-title = Ce que le message est devenu
report-failed = Non remis à { $email } : { $reason }.
report-delayed = Pas encore remis à { $email }, les essais continuent : { $reason }.
report-delivered = Remis à { $email }.
report-relayed = Transmis pour { $email } à un serveur qui n’envoie pas de rapports.
report-expanded = Transmis pour { $email } à plusieurs adresses.
report-sent = Afficher le message dont il s’agit
report-technical = Détails techniques
reason-unknown-mailbox = cette boîte aux lettres n’existe pas
reason-closed-mailbox = la boîte aux lettres n’accepte pas de messages
reason-full-mailbox = la boîte aux lettres est pleine
reason-unknown-domain = ce qui suit le @ n’existe pas ou n’accepte pas de messages
reason-too-big = le message est trop volumineux
reason-spam = il a été pris pour un indésirable ou pour quelque chose de dangereux
reason-refused = le serveur du destinataire n’accepte pas vos messages
reason-unreachable = le serveur du destinataire était injoignable ou a demandé d’attendre
reason-loop = le message a tourné en rond
reason-other = le serveur du destinataire n’a pas donné de raison compréhensible ici
receipt-displayed = { $email } a eu le message à l’écran. Personne ne sait s’il a été lu.
receipt-deleted = { $email } a supprimé le message sans l’ouvrir.
receipt-deleted-by-rule = Un programme a supprimé le message chez { $email } sans l’afficher.
receipt-dispatched = { $email } a transmis le message.
receipt-processed = Un programme a traité le message chez { $email }.

receipt-wish = { $names } demande une confirmation de lecture de ce message.
receipt-elsewhere = Ce n’est pas l’adresse d’où vient le message.
receipt-send = Envoyer
receipt-refuse = Ne pas envoyer
receipt-subject = Lu : { $subject }
receipt-text = Votre message « { $subject } » du { $date } a été affiché à l’écran de son destinataire. Cela ne veut pas dire qu’il a été lu ou compris.
receipt-impossible = Ce message ne permet pas d’accusé de lecture.
done-receipt-sent = L’expéditeur en est averti.
done-receipt-refused = L’expéditeur n’en est pas averti.
deletion-sentence-here = Pendant { $days } jours, « { $subject } » peut être rétabli depuis « Supprimés récemment ».
deletion-many-sentence-here = Pendant { $days } jours, ils peuvent être rétablis depuis « Supprimés récemment ».
