"""Bodies that schemathesis would not know how to write."""

import schemathesis


@schemathesis.serializer("message/rfc822")
def message(context, value):
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def filter_case(context, case):
    """An empty value in a query counts as none: what the document says of values is not said of it."""
    query = case.query if isinstance(case.query, dict) else {}
    return "" not in query.values()
