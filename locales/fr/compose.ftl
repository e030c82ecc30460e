### Écrire, envoyer, la boîte d’envoi.

compose = Écrire
compose-new = Nouveau message
compose-reply = Réponse
compose-forward = Transfert
compose-edit = Brouillon
compose-panels = Messages en cours de rédaction
compose-minimise = Réduire
compose-enlarge = Plein écran
compose-close = Enregistrer et fermer
compose-subject = Objet
compose-text = Texte du message
compose-formatted = Ce brouillon est mis en forme, ce qui ne peut pas être modifié ici. En texte brut, il peut l’être.
compose-to-plain = Passer en texte brut
compose-quoted = Message cité
compose-quote-along = Le citer sous le texte
compose-answer-within = Répondre dans la citation
compose-files = Pièces jointes
compose-attach = Joindre des fichiers
compose-upload = Joindre
compose-file-remove = Retirer { $name }
compose-limit = Le serveur de courrier accepte des messages de { $size } au plus, soit un quart de moins en fichiers.
compose-send = Envoyer
compose-send-anyway = Envoyer quand même
compose-later = Envoyer plus tard
compose-later-attended = Il partira alors si vous êtes connecté, sinon dès que vous le serez. Réglages → Rédaction et envoi peut changer cela.
compose-later-unattended = Il partira alors, que vous soyez connecté ou non.
compose-schedule = Programmer
compose-tools = Avec ce message
compose-formatting = Mise en forme
compose-options = Plus d’options
compose-save = Enregistrer
compose-discard = Abandonner le brouillon
compose-reply-to = Recevoir les réponses ailleurs
compose-receipt = Demander un accusé de lecture
compose-delivery-report = Demander un accusé de remise
compose-importance = Importance
importance-normal = Normale
importance-high = Haute
importance-low = Basse
compose-language = Orthographe
compose-language-own = Celle du navigateur
compose-link = Lien
compose-link-text = Texte
compose-link-address = Adresse
compose-link-bad = Ce n’est pas une adresse du web ni de courrier.
compose-link-set = Poser le lien
compose-link-remove = Retirer le lien
compose-back-to-text = Revenir au message
format-bold = Gras
format-italic = Italique
format-underline = Souligné
format-strike = Barré
format-small = Petit
format-large = Grand
format-bullets = Liste à puces
format-numbers = Liste numérotée
format-quote = Citation
format-link = Lien
format-picture = Image
format-clear = Supprimer la mise en forme
format-undo = Annuler la frappe
format-redo = Rétablir
reply = Répondre
reply-all = Répondre à tous
reply-list = Répondre à la liste
forward = Transférer
forward-attached = Transférer en pièce jointe
edit-as-new = Modifier comme nouveau
send-again = Envoyer de nouveau…
edit-draft = Continuer à écrire
answer-title = Répondre
outbox-title = Boîte d’envoi
outbox-empty = Rien en partance. Ce que vous envoyez passe par ici.
outbox-to = À : { $names }
outbox-pending = { $count ->
    [0] Part maintenant.
    [one] Part dans une seconde.
   *[other] Part dans { $count } secondes.
}
outbox-scheduled = Part le { $date }.
outbox-scheduled-attended = Partira le { $date } si vous êtes connecté à ce moment-là, sinon dès que vous le serez.
outbox-waiting = Pas encore envoyé : le serveur de courrier n’accepte plus ce qui est gardé ici pour s’y connecter. Connectez-vous de nouveau, pour un autre compte dans ses réglages, et il partira.
outbox-delayed = Pas encore envoyé ; nouvel essai le { $time }. { $reason }
outbox-word-goes-one = Part dans { $n } seconde.
outbox-word-goes-other = Part dans { $n } secondes.
outbox-sending = En cours de remise au serveur de courrier.
outbox-sent = Envoyé le { $date }.
outbox-sent-partly = Envoyé le { $date }, mais pas à { $names }.
outbox-sent-late = Envoyé le { $date }. Il devait partir le { $due }, et a attendu que vous soyez connecté.
outbox-unconfirmed = La connexion s’est rompue le { $date }, alors que le serveur de courrier l’avait peut-être déjà. Il n’a pas été renvoyé de lui-même.
outbox-failed = Non envoyé le { $date } : { $reason }
outbox-cancel = Le reprendre et le modifier
outbox-cancel-undrafted = Ne pas l’envoyer
outbox-now = Envoyer maintenant
outbox-reschedule = Reprogrammer
outbox-when = Envoyer le
outbox-retry = Renvoyer
outbox-retry-question = Le renvoyer ?
outbox-retry-sentence = Si le serveur de courrier l’avait déjà, il arrivera deux fois.
outbox-arrived = Il est bien arrivé
outbox-edit = Modifier
outbox-remove = Retirer de cette liste
outbox-answers = Ce qu’a dit le serveur de courrier
outbox-taken = accepté
outbox-refused = refusé
outbox-row = Avec « { $subject } »

# Phrases dites par les scripts, qui remplissent ce qui est entre accolades.
compose-word-saving = Enregistrement…
compose-word-offline = Hors ligne. Votre texte est gardé dans ce navigateur.
compose-word-unsaved = Pas encore enregistré. Nouvel essai en cours.
compose-word-kept = Gardé dans ce navigateur.
compose-word-restored = Ce qui n’était pas encore enregistré a été rétabli.
compose-word-forget = L’abandonner
compose-word-unsent = Texte non envoyé du { $date }
compose-word-unsent-go-on = Continuer
compose-word-gone = Ce brouillon n’est plus sur le serveur. Votre texte est toujours là.
compose-word-save-new = Enregistrer comme nouveau brouillon
compose-word-before-sending = Avant l’envoi
compose-word-send-anyway = Envoyer quand même
compose-word-plain-question = Passer en texte brut ?
compose-word-plain-loses = La mise en forme, les liens sous les mots et les images dans le texte seront perdus.
compose-word-to-plain = Texte brut
compose-word-to-rich = Texte mis en forme
compose-word-discard-question = Abandonner ce brouillon ?
compose-word-discard-sentence = Son texte et ses fichiers seront perdus. Rien ne pourra les rendre.
compose-word-discard = Abandonner
compose-word-file-large = { $name } dépasse { $size }, le maximum pour une pièce jointe ici.
compose-word-sum-large = Avec ses fichiers, le message pèserait { $size } une fois envoyé. Le serveur de courrier accepte { $limit } au plus.
compose-word-sum = { $size } sur { $limit } une fois envoyé
compose-word-file-failed = { $name } n’a pas pu être envoyé au serveur.
compose-word-file-waiting = { $name } attend la connexion.
compose-word-file-attached = { $name } est joint.
compose-word-file-removed = { $name } a été retiré.
compose-word-file-remove = Retirer { $name }
compose-word-file-cancel = Arrêter l’envoi de { $name }
compose-word-files-under-way = Des fichiers sont encore en cours d’envoi. Le message partira quand ils seront là.
compose-word-person-remove = Retirer { $name }
compose-word-person-edit = Modifier { $name }
compose-word-others-one = … et { $n } autre
compose-word-others-other = … et { $n } autres
compose-word-suggestions-one = { $n } suggestion
compose-word-suggestions-other = { $n } suggestions
compose-word-suggestion-remove = Ne plus proposer { $name }
compose-word-drop = Déposez les fichiers ici
compose-word-leaves-undo = Annuler
compose-word-unreachable = Le serveur n’a pas répondu. Votre texte est gardé. Réessayez.
compose-word-countdown-one = Envoi dans { $n } seconde
compose-word-countdown-other = Envoi dans { $n } secondes
compose-word-sent = C’est parti.

# Enregistrer et envoyer
compose-saved = Enregistré à { $time }
compose-conflict = Ce message a été modifié ailleurs entre-temps. Ce que vous avez écrit ici est gardé dans une copie à part.
compose-conflict-copy = Une copie : le même message a été modifié ailleurs au même moment. Les deux sont gardés.
compose-no-recipients = Indiquez à qui il est destiné.
compose-no-address = { $text } n’est pas une adresse. Corrigez-la ou retirez-la.
compose-no-time = Choisissez un moment à venir.
compose-too-large = Le message fait { $size } avec ses fichiers, et le serveur de courrier accepte { $limit }. Retirez un fichier.
compose-impossible = Ce message ne peut pas être écrit sous forme de courrier. Vérifiez les adresses.
draft-line-too-long = Un champ d’adresses ou l’objet est trop long. Rien n’est perdu ; raccourcissez-le et enregistrez de nouveau.
draft-too-long = Le texte est trop long pour un message. Rien n’est perdu ; raccourcissez-le et enregistrez de nouveau.
draft-too-complex = La mise en forme est trop complexe pour être vérifiée. Passez le message en texte brut.
draft-too-many-files = Un message peut avoir 500 fichiers au plus.
draft-stale = Le message a été modifié ailleurs entre-temps. Ouvrez-le de nouveau.
draft-quota = Il n’y a plus de place pour d’autres fichiers. Envoyez ou supprimez d’abord des brouillons qui en contiennent.
draft-address = On ne peut pas écrire à une des adresses. Corrigez-la et renvoyez.
upload-broken = Le fichier n’est pas arrivé en entier. Réessayez.
outbox-too-late = Le message est déjà parti.
done-draft-saved = Brouillon enregistré.
done-draft-discarded = Brouillon supprimé.
done-sending = { $count ->
    [0] Envoi en cours.
    [one] Envoi dans { $count } seconde.
   *[other] Envoi dans { $count } secondes.
 }
done-scheduled = Il partira au moment choisi.
done-scheduled-attended = Il partira au moment choisi si vous êtes connecté, sinon dès que vous le serez.
done-sending-again = Nouvel envoi en cours.
done-cancelled = Pas envoyé. Le message est de nouveau un brouillon.
done-not-sent = Pas envoyé.
done-mailing-cancelled = { $count ->
    [one] Arrêté. Un message sur { $total } était parti, ou peut-être ; le reste est de nouveau un brouillon.
   *[other] Arrêté. { $count } messages sur { $total } étaient partis, ou peut-être ; le reste est de nouveau un brouillon.
 }
done-confirmed = C’est noté : le message est bien arrivé.
done-removed-from-outbox = Retiré de cette liste.
doubt-attachment = Vous avez écrit « { $word } », et rien n’est joint.
doubt-subject = Le message n’a pas d’objet.
doubt-many = { $count ->
    [one] La réponse part à une personne.
   *[other] La réponse part à { $count } personnes.
 }
doubt-mistyped = { $email } est-elle juste ? Vous vouliez peut-être écrire { $domain }.
doubt-lookalike = L’adresse { $email } ressemble à une autre, mais mène à { $domain }.
doubt-sender = Le message auquel vous répondez ne vient peut-être pas de qui il semble. { $why }
quote-wrote = Le { $date }, { $name } a écrit :
quote-forwarded = ---------- Message transféré ----------
quote-from = De
quote-date = Date
quote-subject = Objet
quote-to = À
quote-cc = Copie
quote-untitled = Message
sending-refused = Le serveur de courrier ne l’a pas accepté.
sending-said = { $sentence } Il a répondu : { $reply }
sending-sign-in = Le serveur de courrier ne nous a pas laissés nous connecter pour l’envoi.
sending-sender = Le serveur de courrier ne vous permet pas d’écrire depuis cette adresse.
sending-recipients = Le serveur de courrier n’accepte aucun des destinataires.
sending-too-large = Il est plus gros que ce que le serveur de courrier accepte.
sending-no-smtputf8 = Le serveur de courrier ne sait pas écrire aux adresses qui ont d’autres lettres que celles de l’alphabet anglais.
sending-no-smtp = Aucun serveur d’envoi n’est configuré ici. Demandez à la personne qui gère ce site.
sending-only-here = Cette boîte n’écrit qu’aux boîtes qui se trouvent ici aussi, et un destinataire n’en a pas. Rien n’a été envoyé à personne.
sending-unreachable = Le serveur de courrier n’a pas pu être joint.
sending-interrupted = La connexion au serveur de courrier s’est rompue avant la fin du message.

compose-template = Insérer un modèle
compose-template-none = Aucun modèle pour l’instant.
compose-template-save = Enregistrer comme modèle
compose-template-edit = Modifier les modèles

outbox-cancel-merge = Reprendre tout ce publipostage
compose-merge = Publipostage…
merge-title = Publipostage
merge-back = Revenir au message
merge-lead = Chaque ligne d’un tableau devient un message à part, pour une personne qui ne voit personne d’autre. Écrivez {"{{"}nom{"}}"} dans l’objet ou le texte, et la colonne de ce nom y est placée.
merge-own-recipients = Les destinataires du message lui-même ne reçoivent rien : seuls ceux du tableau le reçoivent.
merge-mend = Rien ne part avant que ceci soit corrigé :
merge-table = Le tableau
merge-hint = La première ligne nomme les colonnes ; l’une s’appelle « courriel » (ou « email »), et « nom » est le nom du destinataire. Entre elles, des virgules, des points-virgules ou des tabulations. Au plus { $most } lignes.
merge-file = Ou un fichier CSV, à sa place
merge-preview = Voir les messages
merge-row = Message { $row } sur { $count }
merge-previous = Précédent
merge-next = Suivant
merge-send = { $count ->
    [one] Envoyer un message
   *[other] Envoyer { $count } messages
}
merge-no-addresses = Aucune colonne ne s’appelle « courriel » ou « email ».
merge-unknown-field = Le message nomme « { $name } », et aucune colonne ne s’appelle ainsi.
merge-empty-field = Ligne { $row } : « { $name } » est vide.
merge-bad-address = Ligne { $row } : « { $text } » n’est pas une adresse.
merge-double = La ligne { $row } a la même adresse que la ligne { $first }.
merge-too-big = Le tableau est trop grand.
merge-open-quote = Un guillemet du tableau n’est jamais fermé.
merge-empty = Le tableau n’a pas de lignes : une ligne avec les noms des colonnes, puis une ligne par personne.
merge-twice = Deux colonnes ont le même nom.
merge-problems = Quelque chose dans le tableau est à corriger d’abord.
merge-too-large = Tous les messages ensemble sont trop volumineux. Retirez des fichiers du message, ou envoyez à moins de personnes à la fois.
merge-stale = Le message a changé entre-temps. Regardez-le encore une fois.
merge-nobody = Toutes les personnes du tableau ont déjà reçu ce message, ou l’ont peut-être reçu : il ne reste personne à qui l’envoyer.
merge-no-bcc = Personne ne reçoit de copie cachée d’un publipostage, même si une identité en envoie toujours une. Une copie de chaque message reste dans les messages envoyés.
merge-reached = { $count ->
    [one] Une personne a déjà reçu ce message, ou l’a peut-être reçu. Elle ne le recevra pas une seconde fois.
   *[other] { $count } personnes ont déjà reçu ce message, ou l’ont peut-être reçu. Elles ne le recevront pas une seconde fois.
}
merge-has-it = Ligne { $row } : { $email } l’a déjà reçu et est laissée de côté.
merge-may-have-it = Ligne { $row } : { $email } l’a peut-être déjà reçu et est laissée de côté. La boîte d’envoi dit quoi faire.
merge-will-have-it = Ligne { $row } : pour { $email } le message est en route ; elle est laissée de côté.
done-merge = { $count ->
    [one] Un message est en route.
   *[other] { $count } messages sont en route.
}
