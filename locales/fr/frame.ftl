### Ce qui entoure chaque page.

brand = Restante

skip-to-content = Aller au contenu
skip-to-list = Aller à la liste
skip-to-message = Aller au message
skip-to-search = Aller à la recherche
skip-to-folders = Aller aux dossiers

account-of = Compte de { $address }
account-signed-in-as = Connecté avec l’adresse
settings = Réglages
sign-in = Se connecter
sign-out = Se déconnecter

back = Retour
back-to-inbox = Retour à la boîte de réception
back-to-mail = Retour au courrier
back-to-list = Retour à la liste
back-to-message = Retour au message
back-to-sign-in = Aller à la page de connexion

cancel = Annuler
close = Fermer
copy = Copier
download = Télécharger
edit = Modifier
move = Déplacer
open = Ouvrir
refresh = Actualiser
remove = Retirer
save = Enregistrer
search = Rechercher
try-again = Réessayer
undo = Annuler
working = Le serveur de courrier prend son temps…

palette = Aller à un dossier ou à une action
palette-hint = Nom d’un dossier ou d’une action

divider-folders = Largeur des dossiers
divider-list = Largeur de la liste

reauth-title = Saisissez de nouveau votre mot de passe
reauth-sentence = Votre session a pris fin. Cette page reste telle quelle, et rien de ce que vous avez saisi n’est perdu.

word-offline = Vous êtes hors ligne. Ce que vous écrivez est gardé ; le reste pourra se faire une fois la connexion revenue.
word-online = La connexion est revenue.
word-unreachable = Le serveur n’a pas répondu. Rien n’a changé. Réessayez.
word-refused = L’action n’a pas pu se faire et tout a été remis en place. Réessayez.
word-password-wrong = Ce mot de passe n’a pas été accepté. Réessayez.
word-nothing = Aucun résultat.
word-unsent = Un message n’est pas parti.
word-new-one = { $n } nouveau message
word-new-other = { $n } nouveaux messages
word-selected-one = { $n } sélectionné
word-selected-other = { $n } sélectionnés
word-moving-one = { $n } message
word-moving-other = { $n } messages
