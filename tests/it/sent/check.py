"""Reads messages with Python's email package and compares with the JSON beside each.

Another program's opinion on what we write. Called with a directory; prints what differs.
"""

import base64
import email
import email.policy
import glob
import json
import sys


# What this package calls a defect and is none, or is none of ours: the encoded words in `name="…"`
# that older programs need, and headers in UTF-8 (RFC 6532), which it reads as unknown octets.
FORGIVEN = (
    "encoded word",
    "after encoded-word",
    "Non-ASCII characters found in header token",
    "local-part contains non-ASCII",
)


def utf8(text):
    """Octets that were read as unknown ones are UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8")


def addresses(field):
    if field is None:
        return []
    return [[utf8(a.display_name), utf8(a.addr_spec)] for a in field.addresses]


def alike(key, one, other):
    """In names it keeps the white space that parts encoded words, which RFC 2047 §6.2 drops."""
    if key not in ("from", "to", "cc"):
        return one == other

    def bare(people):
        return [["".join(name.split()), email] for name, email in people]

    return bare(one) == bare(other)


def defects(message):
    """All defects but those that are forgiven."""
    found = []
    for part in message.walk():
        found += part.defects
        for value in part.values():
            found += value.defects
    found = [d for d in found if not any(words in str(d) for words in FORGIVEN)]
    return [repr(d) for d in found]


def seen(path):
    with open(path, "rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    text = message.get_body(("plain",))
    html = message.get_body(("html",))
    files = []
    for part in message.walk():
        if part.get_content_disposition() is None or part.is_multipart() and part.get_content_maintype() != "message":
            continue
        if part.get_content_maintype() == "message":
            content = part.get_payload(0).as_bytes()
        else:
            content = part.get_payload(decode=True)
        files.append([part.get_filename(), base64.b64encode(content).decode()])
    return {
        "defects": defects(message),
        "subject": message["Subject"],
        "from": addresses(message["From"]),
        "to": addresses(message["To"]),
        "cc": addresses(message["Cc"]),
        "text": text.get_content(),
        "html": html.get_content() if html else None,
        "files": files,
    }


for path in sorted(glob.glob(sys.argv[1] + "/*.eml")):
    with open(path[:-4] + ".json", encoding="utf-8") as file:
        expected = json.load(file)
    try:
        found = seen(path)
    except Exception as error:  # What it can't read differs as well.
        print(f"{path}: {error!r}")
        continue
    for key, value in expected.items():
        if not alike(key, found[key], value):
            print(f"{path}: {key}: expected {value!r}, found {found[key]!r}")
