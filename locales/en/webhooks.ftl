### Webhooks.

settings-webhooks = Webhooks
webhooks-lead = Programs elsewhere that are told when something changes in your mail. They are told that it has changed and where, never what your messages say. The documentation says how to verify what they get.
webhook-new = New webhook
webhook-made = The webhook is made. Copy its secret now: it is not shown again.
webhook-made-again = This is the new secret. Copy it now: it is not shown again. The one before signs nothing any more.
webhook-secret = Secret
webhook-url-label = Address
webhook-url-hint = https, on the public Internet.
webhook-kinds = What it is told
webhook-kinds-all = All changes
webhook-kind-email = messages that come, go or are marked
webhook-kind-mailbox = folders and their counts
webhook-kind-thread = conversations that are read further
webhook-kind-submission = messages on their way out
webhook-kind-collection = collecting from a POP3 server
webhook-accounts = Of which accounts
webhook-accounts-none = Its accounts are gone: it is told nothing.
webhook-none-is-all = Without a choice: all.
webhook-make = Make the webhook
webhook-open = Open
webhook-open-named = Open { $url }
webhook-state-active = Active
webhook-state-trying = { $count ->
    [one] The last try failed.
   *[other] The last { $count } tries failed.
}
webhook-state-paused = Paused
webhook-state-failing = Paused, because too many tries failed. Once its receiver works, let it go on: what it has missed is told then, as far as it is still known.
webhook-state-gone = Paused, because its receiver says that it is gone for good.
webhook-state-secret = Paused, because its secret can no longer be read here. Make a new one.
webhook-next = It is tried again { $date }.
webhook-key = Its secret is called { $key } in the signature.
webhook-test = Send a test
webhook-test-failed = The test did not arrive. The list below says why.
webhook-pause = Pause
webhook-resume = Go on
webhook-renew = Make a new secret
webhook-deletion-question = Remove this webhook?
webhook-deliveries = What it was told
webhook-deliveries-none = Nothing yet.
webhook-delivered = Arrived
webhook-waiting = On its way
webhook-error-status = The receiver answered { $status }.
webhook-error-timeout = The receiver did not answer in time.
webhook-error-tls = The receiver’s certificate can’t be trusted.
webhook-error-unreachable = The receiver can’t be reached.
webhook-error-denied = The address is not allowed.
webhook-test-delivery = Test
webhook-reset-delivery = Much has changed
webhook-changes = { $count ->
    [one] One change
   *[other] { $count } changes
}
webhook-attempts = { $count ->
    [one] one try
   *[other] { $count } tries
}
webhook-took = { $milliseconds } ms
webhooks-back = All webhooks
webhook-account = An account is none of yours.
webhook-address = Webhooks go to public addresses, at port 443.
webhook-too-many = You have 20 webhooks. Remove one first.
webhook-type = Choose what it is told.
webhook-url = That is no https address.
