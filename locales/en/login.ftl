### Signing in.

login-title = Sign in to your mail
login-address = Address
login-address-example = anna@example.org
login-password = Password
login-stay = Stay signed in
login-stay-hint = Only on a device that is yours.
login-foot = Your mail stays on your mail server. Restante only calls for it.

login-signed-out = You are signed out.
login-session-ended = Your session has ended. Sign in again to go on.
login-incomplete = Enter your address and your password.
login-not-an-address = Enter your whole address, such as anna@example.org.
login-refused = The mail server did not accept this address and password. Check both and try again.
login-unknown-domain = No mail server is set up here for { $domain }. Check the address, or ask whoever runs this service.
login-unreachable = The mail server can’t be reached. Your address and password were not checked. Try again in a moment.
login-no-such-server = The mail server’s name is not known on the network, so nothing was sent. Tell whoever runs this service.
login-too-slow = The mail server did not answer in time. Try again in a moment.
login-certificate = The mail server could not prove that it is the right one, so your password was not sent. Tell whoever runs this service.
login-no-encryption = The mail server offers no encryption, so your password was not sent. Tell whoever runs this service.
login-unavailable = The mail server can’t check passwords just now. Try again in a few minutes.
login-limit = The mail server allows no more connections for this account. Close another mail program, or try again in a few minutes.
login-in-use = Your mailbox is open in another program, so the mail server could not check your password. Close that program, or try again in a few minutes.
login-too-soon = The mail server allows a sign-in only every few minutes, so it did not check your password. Try again in a few minutes.
login-server-kind = The mail server for { $domain } has been exchanged for one of another kind since you were here last. Ask whoever runs this service.
login-expired = The mail server says that this password has expired. Set a new one with your provider, then sign in with it.
login-contact-admin = The mail server did not let you in. It says: “{ $words }”
login-throttled = Too many tries. Wait { $count ->
    [one] one second
   *[other] { $count } seconds
}, then try again.
login-protocol = The mail server gave an answer that makes no sense, so you could not be signed in. Tell whoever runs this service.
login-internal = Something broke here, and you could not be signed in. Your address and password are not at fault. Try again in a moment.
