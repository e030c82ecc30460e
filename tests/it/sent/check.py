"""Reads messages with Python's email package and compares with the JSON beside each.

Another program's opinion on what we write. Called with a directory; prints what differs.
"""

import base64
import email
import email.policy
import glob
import json
import sys


def addresses(field):
    if field is None:
        return []
    return [[a.display_name, a.addr_spec] for a in field.addresses]


def defects(message):
    """All defects, but for the encoded words in `name="…"` that older programs need."""
    found = []
    for part in message.walk():
        found += part.defects
        for name, value in part.items():
            found += [
                d
                for d in value.defects
                if not (name == "Content-Type" and "encoded word" in str(d))
            ]
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
        if found[key] != value:
            print(f"{path}: {key}: expected {value!r}, found {found[key]!r}")
