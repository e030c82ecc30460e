//! Attachments: what they are called and what can be done with them.

use crate::mail::part::Part;

/// Something attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment<'a> {
    /// What to fetch.
    pub section: &'a str,
    /// What to call it.
    pub name: Name<'a>,
    /// Lower case, without parameters.
    pub media_type: &'a str,
    /// Size in octets as encoded; see [`Attachment::decoded_size`].
    pub size: u64,
    /// It can be looked at without downloading: a raster image or plain text.
    pub previewable: bool,
    /// What it is.
    pub kind: AttachmentKind,
    /// The part.
    pub part: &'a Part,
}

/// A name as given, or the makings of one in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name<'a> {
    /// From the message; safe to show.
    Given(&'a str),
    /// The message gives none. To be named after its kind, with this extension (without dot; may
    /// be empty) at the end.
    Unnamed(&'static str),
}

/// What can be done with an attachment, as far as its type tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttachmentKind {
    /// A message, which can be opened.
    Message,
    /// A raster image.
    Image,
    /// Text.
    Text,
    /// PDF.
    Pdf,
    /// A calendar entry or an invitation.
    Calendar,
    /// A contact.
    Contact,
    /// Sound.
    Audio,
    /// Moving pictures.
    Video,
    /// A word processor's, spreadsheet's or presentation's file.
    Office,
    /// A packed archive.
    Archive,
    /// `winmail.dat`: its own attachments can be shown, see [`crate::mail::message::tnef`].
    Tnef,
    /// A key or a signature.
    Key,
    /// Something else.
    Other,
}

impl<'a> Attachment<'a> {
    pub(super) fn of(part: &'a Part) -> Self {
        let kind = kind(part);
        Self {
            section: &part.section,
            name: match &part.filename {
                Some(name) => Name::Given(name),
                None => Name::Unnamed(extension(&part.media_type)),
            },
            media_type: &part.media_type,
            size: part.size,
            previewable: kind == AttachmentKind::Image || part.media_type == "text/plain",
            kind,
            part,
        }
    }

    /// About how large it is once decoded.
    pub fn decoded_size(&self) -> u64 {
        match self.part.encoding.as_str() {
            // 76 digits and a line end for each 57 bytes.
            "base64" => self.size / 78 * 57 + self.size % 78 * 3 / 4,
            _ => self.size,
        }
    }
}

/// The images that browsers draw and nothing else: SVG is a document (T-CID-1).
pub fn is_inline_image(media_type: &str) -> bool {
    matches!(
        media_type,
        "image/png"
            | "image/x-png"
            | "image/jpeg"
            | "image/jpg"
            | "image/pjpeg"
            | "image/gif"
            | "image/webp"
            | "image/avif"
            | "image/bmp"
            | "image/x-ms-bmp"
    )
}

fn kind(part: &Part) -> AttachmentKind {
    let extension = part
        .filename
        .as_deref()
        .and_then(|name| name.rsplit_once('.'))
        .map(|(_, extension)| extension.to_lowercase())
        .unwrap_or_default();
    let (family, subtype) = part.media_type.split_once('/').unwrap_or_default();
    match (family, subtype, extension.as_str()) {
        ("message", "rfc822" | "global", _) => AttachmentKind::Message,
        _ if is_inline_image(&part.media_type) => AttachmentKind::Image,
        ("text", "calendar", _) | ("application", "ics", _) | (_, _, "ics") => {
            AttachmentKind::Calendar
        }
        ("text", "vcard" | "x-vcard" | "directory", _) | (_, _, "vcf") => AttachmentKind::Contact,
        ("application", "ms-tnef" | "vnd.ms-tnef", _) => AttachmentKind::Tnef,
        ("application", _, "dat") if part.filename.as_deref().is_some_and(is_winmail) => {
            AttachmentKind::Tnef
        }
        ("application", "pdf" | "x-pdf", _) => AttachmentKind::Pdf,
        (
            "application",
            "pgp-signature" | "pgp-keys" | "pgp-encrypted" | "pkcs7-signature"
            | "x-pkcs7-signature",
            _,
        ) => AttachmentKind::Key,
        ("application", "zip" | "x-zip-compressed" | "gzip" | "x-tar" | "x-7z-compressed", _)
        | ("application", _, "zip" | "gz" | "tgz" | "tar" | "7z" | "rar" | "xz" | "bz2") => {
            AttachmentKind::Archive
        }
        ("application", "msword" | "rtf", _)
        | (
            "application",
            _,
            "doc" | "docx" | "odt" | "xls" | "xlsx" | "ods" | "ppt" | "pptx" | "odp" | "rtf",
        ) => AttachmentKind::Office,
        ("application", subtype, _)
            if subtype.starts_with("vnd.ms-")
                || subtype.starts_with("vnd.openxmlformats")
                || subtype.starts_with("vnd.oasis.opendocument") =>
        {
            AttachmentKind::Office
        }
        ("audio", _, _) => AttachmentKind::Audio,
        ("video", _, _) => AttachmentKind::Video,
        ("application", _, "pdf") => AttachmentKind::Pdf,
        ("text", _, _) => AttachmentKind::Text,
        _ => AttachmentKind::Other,
    }
}

fn is_winmail(name: &str) -> bool {
    name.to_ascii_lowercase().starts_with("winmail")
}

fn extension(media_type: &str) -> &'static str {
    match media_type {
        "message/rfc822" | "message/global" => "eml",
        "message/partial"
        | "message/external-body"
        | "message/delivery-status"
        | "message/disposition-notification"
        | "message/feedback-report"
        | "text/plain"
        | "text/rfc822-headers" => "txt",
        "text/html" => "html",
        "text/calendar" => "ics",
        "text/vcard" | "text/x-vcard" => "vcf",
        "text/csv" => "csv",
        "image/png" | "image/x-png" => "png",
        "image/jpeg" | "image/jpg" | "image/pjpeg" => "jpg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/svg+xml" => "svg",
        "image/tiff" => "tiff",
        "image/heic" => "heic",
        "application/pdf" => "pdf",
        "application/zip" | "application/x-zip-compressed" => "zip",
        "application/pgp-signature" | "application/pgp-keys" => "asc",
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => "p7s",
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => "p7m",
        "application/msword" => "doc",
        "application/rtf" | "text/rtf" => "rtf",
        "audio/mpeg" => "mp3",
        "audio/wav" | "audio/x-wav" => "wav",
        "video/mp4" => "mp4",
        "application/ms-tnef" => "dat",
        _ => "",
    }
}
