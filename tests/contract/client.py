"""Does with a generated client what programs do with mail; its types say what may come.

    client.py <base URL> <token> <other's token> <other's address>
"""

import io
import sys
import time

from restante_client import AuthenticatedClient
from restante_client.api.accounts import get_accounts
from restante_client.api.emails import (
    get_accounts_by_account_emails as emails,
    get_accounts_by_account_emails_by_email as email,
    get_accounts_by_account_emails_by_email_raw as raw,
    patch_accounts_by_account_emails_by_email as patch,
    post_accounts_by_account_emails as post,
)
from restante_client.api.mailboxes import get_accounts_by_account_mailboxes as mailboxes
from restante_client.api.submissions import (
    get_accounts_by_account_submissions_by_submission as submission,
    post_accounts_by_account_submissions as send,
)
from restante_client.models import DraftMessage, EmailPatch, EmailPatchKeywords, NewAddress, NewSubmission, Problem
from restante_client.types import File


def main(base: str, token: str, others_token: str, other: str) -> None:
    with AuthenticatedClient(base, token, raise_on_unexpected_status=True) as client:
        account = get_accounts.sync(client=client).items[0].id

        # Reads: a list, a message with its text, its octets.
        inbox = next(box for box in mailboxes.sync(account, client=client).items if box.role == "inbox")
        page = emails.sync(account, client=client, mailbox=inbox.id, limit=2)
        assert [one.subject for one in page.items] == ["Re: One", "Two"], page
        rest = emails.sync(account, client=client, mailbox=inbox.id, limit=2, cursor=page.next_cursor)
        assert [one.subject for one in rest.items] == ["One"] and not rest.next_cursor, rest
        one = email.sync(account, rest.items[0].id, client=client, body="text")
        assert one.text == "Words of the first letter.\n" and one.from_[0].email == "carla@example.net", one
        assert raw.sync_detailed(account, one.id, client=client).content.startswith(b"From: Carla")

        # Changes: only what is still as it was.
        flagged = EmailPatchKeywords()
        flagged["$flagged"] = True
        seen = email.sync_detailed(account, one.id, client=client)
        change = EmailPatch(keywords=flagged)
        changed = patch.sync(account, one.id, client=client, body=change, if_match=seen.headers["etag"])
        assert changed.keywords["$flagged"] is True, changed
        late = patch.sync_detailed(account, one.id, client=client, body=change, if_match=seen.headers["etag"])
        assert late.status_code == 412 and isinstance(late.parsed, Problem), late

        # Files: the same key, the same message.
        letter = b"From: dan@example.net\r\nSubject: Filed\r\n\r\nBy a program.\r\n"
        filed = [
            post.sync(account, client=client, body=File(io.BytesIO(letter)), mailbox=inbox.id, idempotency_key="a")
            for _ in range(2)
        ]
        assert filed[0].id == filed[1].id, filed

        # Sends.
        message = DraftMessage(to=[NewAddress(email=other)], subject="By a client", text="Hello.")
        sent = send.sync(account, client=client, body=NewSubmission(message=message), idempotency_key="b")
        waiting = time.monotonic() + 30
        while sent.status in ("pending", "sending") and time.monotonic() < waiting:
            time.sleep(0.1)
            sent = submission.sync(account, sent.id, client=client)
        assert sent.status == "sent", sent

    with AuthenticatedClient(base, others_token, raise_on_unexpected_status=True) as client:
        theirs = get_accounts.sync(client=client).items[0].id
        found = emails.sync(theirs, client=client, subject="By a client")
        assert [one.subject for one in found.items] == ["By a client"], found
        # What is another's is not there.
        absent = email.sync_detailed(account, one.id, client=client)
        assert absent.status_code == 404 and absent.parsed.code == "not_found", absent


if __name__ == "__main__":
    main(*sys.argv[1:])
    print("ok")
