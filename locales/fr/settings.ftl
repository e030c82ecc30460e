### Réglages.

settings-appearance = Apparence
settings-reading = Listes et lecture
settings-writing = Rédaction et envoi
settings-identities = Noms et adresses
settings-sessions = Appareils connectés
settings-tokens = Jetons d’accès
settings-keys = Clavier

setting-language = Langue
setting-as-browser = Celle du navigateur
setting-zone = Fuseau horaire
setting-zone-now = Nous sommes le { $time }.
setting-theme = Thème
theme-system = Celui du système
theme-light = Clair
theme-dark = Sombre
setting-accent = Couleur
accent-blue = Bleu
accent-teal = Sarcelle
accent-green = Vert
accent-violet = Violet
accent-red = Rouge
setting-contrast = Contraste
contrast-system = Celui du système
contrast-more = Renforcé
setting-density = Lignes de la liste
density-normal = Deux lignes par message
density-compact = Une ligne par message, s’il y a la place

setting-page-size = Messages par page
setting-lists = Les listes affichent
setting-lists-hint = Une conversation réunit sur une ligne un message et ses réponses. Les résultats de recherche et les brouillons sont toujours des messages un par un.
setting-mark-read = Un message ouvert devient lu
mark-read-at-once = Tout de suite
mark-read-soon = Au bout de trois secondes
mark-read-never = Quand je le décide
setting-advance = Après avoir classé ou supprimé un message ouvert
advance-older = Passer au message plus ancien
advance-newer = Passer au message plus récent
advance-list = Revenir à la liste
setting-trusted = Expéditeurs dont les images sont toujours affichées
setting-trusted-none = Aucun. L’avis au-dessus d’un message avec images permet d’ajouter son expéditeur.
setting-distrust = Retirer { $sender }

setting-writes = Un nouveau message commence
writes-rich = Mis en forme
writes-text = En texte brut
setting-undo = Après Envoyer, un message peut être repris
undo-for = { $count ->
    [0] Pas du tout : il part aussitôt
    [one] Pendant une seconde
   *[other] Pendant { $count } secondes
}
setting-undo-hint = Il part une fois ce délai passé, même si ce navigateur est fermé entre-temps.
setting-unattended-title = Messages pour plus tard
setting-unattended = Les envoyer à leur heure même quand je ne suis connecté nulle part
setting-unattended-hint = Pour cela, ce serveur garde une clé de votre mot de passe de courrier et peut se connecter lui-même à votre serveur de courrier, jusqu’à ce que vous le désactiviez. Sans cela, un message dont l’heure vient en votre absence attend que vous vous connectiez. Il poursuit aussi les importations et les copies interrompues.
setting-links = Liens vers des adresses de courrier
setting-links-lead = Cliquer sur une adresse, sur n’importe quel site, peut commencer un message ici.
setting-links-register = Les ouvrir ici
setting-links-asked = Votre navigateur demande maintenant si vous l’autorisez. S’il l’a déjà demandé, la réponse est dans ses propres réglages.

identities-lead = Les noms et les adresses sous lesquels vous écrivez.
identity-default = Par défaut
identity-new = Nouveau nom et nouvelle adresse
identity-edit = Modifier { $name }
identity-name = Votre nom, tel que les autres le voient
identity-reply-to = Réponses envoyées à (si c’est ailleurs)
identity-signature = Signature
identity-rich-signature = Signature des messages mis en forme, en HTML (vide : celle du dessus)
identity-bcc = Toujours une copie cachée à
identity-make-default = Écrire les nouveaux messages sous ce nom
identity-deletion-question = Retirer { $name } ?
identity-deletion-sentence = Le courrier déjà envoyé reste tel quel.

sessions-lead = Tous les navigateurs où vous êtes connecté. Déconnectez ceux que vous ne reconnaissez pas, puis changez votre mot de passe chez votre fournisseur.
session-device = { $browser } sur { $system }
session-unknown = Navigateur inconnu
session-this = Celui-ci
session-seen = Dernière activité : { $date }, depuis { $address }
session-since = Connecté depuis le { $date }
session-end = Déconnecter
session-end-of = Déconnecter { $device }
session-end-others = Déconnecter tous les autres

tokens-lead = Ce que les programmes utilisent à la place de votre mot de passe. Révoquez ceux que vous ne connaissez pas.
token-new = Nouveau jeton
token-made = Le jeton est créé. Copiez-le maintenant : il ne sera plus affiché.
token-secret = Jeton
token-name-label = À quoi il sert
token-may = Il peut
token-scope-read = lire le courrier et les réglages
token-scope-modify = modifier le courrier, les dossiers et les brouillons
token-scope-send = envoyer
token-scope-settings = modifier les réglages et les jetons
token-life = Il expire
token-days = { $count ->
    [one] Après un jour
   *[other] Après { $count } jours
}
token-endless = Sans fin
token-ends = Expire le { $date }
token-unused = Jamais utilisé
token-password = Votre mot de passe, encore une fois
token-make = Créer le jeton
token-revoke = Révoquer
token-revoke-named = Révoquer { $name }
token-name = Un nom a de 1 à 100 caractères.
token-scopeless = Choisissez à quoi le jeton peut servir.
token-expired = Cette date est passée.
token-too-many = Vous avez 100 jetons. Révoquez-en un d’abord.

keys-lead = Ces touches agissent sur toutes les pages de votre courrier, sauf quand vous écrivez dans un champ.
keys-single = Lettres et signes comme raccourcis
keys-on = Activés
keys-off = Désactivés
keys-single-hint = À désactiver si vous dictez ou appuyez sur des touches par mégarde. Les touches avec Ctrl, Échap, Entrée, Suppr et les flèches fonctionnent toujours.
keys-are-off = Les lettres et les signes sont désactivés dans les réglages. Ce qui en porte un ici ne fait rien.
keys-or = ou
keys-moving = Se déplacer
keys-acting = Avec les messages
keys-writing = Écrire
keys-choosing = Sélectionner
keys-helping = Aide
cap-delete = Suppr
cap-enter = Entrée
cap-escape = Échap
cap-shift = Maj
cap-control = Ctrl
key-next = Message suivant
key-previous = Message précédent
key-open = Ouvrir le message
key-back = Revenir à la liste
key-next-message = Message suivant de la conversation
key-previous-message = Message précédent de la conversation
key-open-all = Déplier toute la conversation
key-fold-all = Replier toute la conversation
key-go-inbox = Aller à la boîte de réception
key-go-starred = Aller aux messages suivis
key-go-drafts = Aller aux brouillons
key-go-sent = Aller aux messages envoyés
key-go-archive = Aller aux archives
key-go-junk = Aller aux indésirables
key-go-trash = Aller à la corbeille
key-go-settings = Aller aux réglages
key-search = Rechercher
key-refresh = Relever le courrier
key-archive = Archiver
key-trash = Supprimer
key-junk = Indésirable, ou acceptable
key-star = Suivre, ou ne plus suivre
key-move = Déplacer vers un dossier
key-label = Étiquettes
key-seen = Marquer comme lu
key-unseen = Marquer comme non lu
key-more = Plus d’actions
key-undo = Annuler
key-compose = Écrire un message
key-reply = Répondre
key-reply-all = Répondre à tous
key-forward = Transférer
key-send = Envoyer (pendant l’écriture)
key-save = Enregistrer le brouillon (pendant l’écriture)
key-select = Sélectionner le message
key-select-all = Tout sélectionner
key-select-none = Ne rien sélectionner
key-select-read = Sélectionner les messages lus
key-select-unread = Sélectionner les messages non lus
key-select-starred = Sélectionner les messages suivis
key-select-unstarred = Sélectionner les messages non suivis
key-palette = Trouver un dossier ou une action
key-help = Afficher ces touches
key-close = Fermer ce qui est au premier plan

setting-receipts = Quand un expéditeur veut savoir que vous avez lu un message
receipts-ask = Me le demander à chaque fois
receipts-never = Ne jamais le dire, et ne pas demander

settings-templates = Modèles
templates-lead = Les textes que vous écrivez souvent. En écrivant, « Insérer un modèle » en place un à l’endroit du curseur.
templates-none = Aucun pour l’instant.
template-new = Nouveau modèle
template-name = Son nom pour vous
template-subject = Objet (vide : le message garde le sien)
template-text = Texte
template-fields = Remplis quand ils sont connus, sinon laissés pour vous :
template-formatted = Texte mis en forme
template-rich = HTML
template-formatted-hint = Plus simple : écrivez-le comme un message et choisissez « Enregistrer comme modèle ». Laissé vide, les messages mis en forme reçoivent le texte ci-dessus.
template-write = Écrire
template-use = Écrire un message à partir de { $name }
template-deletion-question = Retirer le modèle { $name } ?
template-nameless = Un modèle a besoin d’un nom.
template-too-long = Le modèle est trop long.
template-too-many = Il y a trop de modèles. Retirez-en d’abord.
done-template-removed = Modèle retiré.
settings-contacts = Personnes
contacts-lead = Ceux à qui vous avez écrit et ceux qui vous ont écrit. Ils vous sont proposés quand vous écrivez.
contacts-collect = Retenir aussi ceux qui m’écrivent (jamais les lettres d’information, les listes et les indésirables)
contacts-known = Personnes connues
contacts-search = Nom ou adresse
contacts-none = Personne pour l’instant. Ceux à qui vous écrivez apparaissent ici.
contacts-nobody-found = Personne ici ne correspond à « { $query } ».
contacts-further = Personnes suivantes
contacts-all = Revenir à toutes
contacts-remove-all = Tout retirer
contacts-deletion-question = Retirer toutes les personnes ?
contacts-deletion-sentence = Elles ne sont plus proposées quand vous écrivez. Votre courrier reste tel quel. Celles à qui vous récrivez reviennent.
done-contacts-removed = { $count ->
    [one] Retirée.
   *[other] { $count } personnes retirées.
}

settings-accounts = Comptes
accounts-lead = Le courrier de plusieurs adresses, réuni ici. Chaque compte garde ses dossiers ; « Toutes les boîtes de réception » montre ce qui est nouveau dans chacun.
accounts-choose = Compte
account-primary = vous vous connectez avec celui-ci
account-kind-imap = Sur son serveur de messagerie
account-kind-imap-at = Sur { $host }
account-kind-pop3 = Relevé, conservé ici
account-kind-pop3-at = Relevé sur { $host }, conservé ici
account-kind-local = Conservé ici
account-up = Monter { $account }
account-down = Descendre { $account }
account-edit = Modifier { $account }
account-name-label = Nom (vide : l’adresse)
account-color-label = Couleur
color-none = Aucune
color-red = Rouge
color-orange = Orange
color-yellow = Jaune
color-green = Vert
color-teal = Turquoise
color-blue = Bleu
color-purple = Violet
color-pink = Rose
account-name = Un nom a au plus 100 caractères.
account-color = Cette couleur n’existe pas.
account-add = Ajouter un compte
account-address = Adresse électronique
account-continue = Continuer
account-access = Mot de passe et serveurs
account-access-title = Mot de passe et serveurs de { $account }
account-servers-lead = Quels serveurs { $address } utilise-t-elle ? Les pages d’aide de votre fournisseur les indiquent.
account-incoming = Le courrier est lu sur
account-outgoing = Le courrier est envoyé par
account-kind = Type
account-kind-choice-imap = IMAP : le courrier reste sur le serveur
account-kind-choice-pop3 = POP3 : le courrier est relevé et conservé ici
account-host-label = Serveur
account-port-label = Port (vide : le port habituel)
account-security = Chiffrement
account-security-tls = TLS
account-security-starttls = STARTTLS
account-security-none = aucun
account-server-words = { $host }, port { $port }
account-password-lead = Votre mot de passe est envoyé à ces serveurs, et nulle part ailleurs. Vérifiez leurs noms avant de le saisir.
account-other-servers = Utiliser d’autres serveurs
account-user-label = Nom d’utilisateur
account-password = Mot de passe de ce compte
account-twice = Vous avez déjà un compte avec cette adresse.
account-too-many = Vous avez autant de comptes qu’il est possible d’en avoir ici.
account-host = Ce n’est pas un nom de serveur.
account-port = Un port est un nombre de 1 à 65535.
account-user = Le nom d’utilisateur est trop long ou contient des caractères interdits.
account-server-kind = Les serveurs de messagerie doivent utiliser TLS ou STARTTLS.
account-servers-listed = L’opérateur de ce site n’autorise que les comptes de ses propres serveurs de messagerie.
account-outgoing-refused = Le serveur d’envoi : { $why }
account-permission-lead = Vous vous connectez avec { $provider } et y autorisez la lecture et l’envoi du courrier de ce compte depuis ce site. Votre mot de passe reste là-bas.
account-sign-in-with = Se connecter avec { $provider }
account-sign-in-again = Se reconnecter avec { $provider }
account-by-provider = connexion avec { $provider }
account-password-instead = Utiliser plutôt un mot de passe
account-password-instead-lead = Certains fournisseurs délivrent des mots de passe réservés à un seul programme (« mots de passe d’application »). Un tel mot de passe est envoyé à ces serveurs, et nulle part ailleurs.
account-leaving-lead = Vous allez être dirigé vers { $host }. Connectez-vous et donnez votre accord ; vous reviendrez ensuite ici.
account-leaving-continue = Continuer vers { $host }
account-grant-gone = { $provider } ne nous permet plus de lire ni d’envoyer le courrier de ce compte. Reconnectez-vous là-bas pour continuer.
account-no-provider = Pour ce compte, aucun service n’est connu où vous pourriez vous connecter sans donner de mot de passe ici.
grant-not-awaited = Cette connexion ne peut pas aboutir : elle a pris trop de temps, a déjà servi ou a été commencée dans un autre navigateur. Recommencez.
grant-denied = Vous n’avez pas donné votre accord, donc rien n’a changé ici.
grant-refused = La connexion a échoué là-bas, donc rien n’a changé ici. Si cela se reproduit, prévenez l’opérateur de ce site.
grant-passing = L’autorisation aurait pris fin dans l’heure, donc rien n’a changé ici. Retirez ce site de la liste des applications chez votre fournisseur, puis réessayez.
grant-other-mailbox = Le serveur de messagerie n’a pas accepté cette connexion. Vous vous êtes peut-être connecté là-bas avec une autre adresse que celle de ce compte.
done-account-signed-in = Connexion rétablie.
account-remove = Retirer ce compte
account-removal-title = Retirer { $account } ?
account-removal-server = Le compte est retiré d’ici. Son courrier reste sur son serveur de messagerie.
account-removal-mail = { $count ->
    [0] Le compte est retiré d’ici. Aucun courrier n’en est conservé ici.
    [one] Le message conservé ici disparaît avec le compte. Rien ne pourra le ramener.
   *[other] Les { $count } messages conservés ici disparaissent avec le compte. Rien ne pourra les ramener.
}
account-removal-export = Pour en garder une copie, exportez d’abord le courrier.
account-removal-export-link = Exporter
account-removal-settings = Ses noms, adresses et signatures disparaissent aussi.
account-removal-drafts = { $count ->
    [one] Un brouillon disparaît aussi.
   *[other] { $count } brouillons disparaissent aussi.
}
account-removal-unsent = { $count ->
    [one] Un message n’est pas encore parti : il ne sera pas envoyé.
   *[other] { $count } messages ne sont pas encore partis : ils ne seront pas envoyés.
}
account-removal-password = Le mot de passe de { $address }
done-account-added = Compte ajouté.
done-account-removed = Compte retiré.
