//! Content security policies of what a message brings, whichever door it is seen through.

/// The policy of a message's own document. It can't run, send, embed or load anything but
/// images from ourselves and from within it (raster ones alone, the sanitiser sees to that;
/// decision 0012); `allow-same-origin` lets those images carry the session and lets the
/// page size the frame. Never `allow-scripts`.
pub(crate) const MESSAGE_POLICY: &str = "default-src 'none'; img-src 'self' data:; \
    style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; \
    sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox";

/// The policy of attachments and raw messages: nothing at all.
pub(crate) const FILE_POLICY: &str = "default-src 'none'; sandbox";
