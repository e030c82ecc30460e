"""Bodies that schemathesis would not know how to write."""

import schemathesis


@schemathesis.serializer("message/rfc822")
def message(context, value):
    return value if isinstance(value, bytes) else str(value).encode()
