//! Attachments as cards.

use crate::web::page::Ui;

/// One attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The IMAP section.
    pub section: String,
    /// The file's name, safe to show; `None` when the mail gives none.
    pub name: Option<String>,
    /// The media type, lower case.
    pub media_type: String,
    /// The size in octets, decoded as far as that can be told.
    pub size: u64,
    /// What can be shown of it before it is downloaded.
    pub preview: Preview,
}

/// How an attachment can be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preview {
    /// Only downloaded.
    None,
    /// A picture of a safe kind.
    Image,
    /// Plain text.
    Text,
}

impl Attachment {
    /// The name, or a word for its absence.
    pub fn label(&self, ui: &Ui) -> String {
        match self.name.as_deref() {
            Some(name) if !name.is_empty() => name.to_owned(),
            _ if self.media_type == "message/rfc822" => ui.t("attachment-message"),
            _ => ui.t("attachment-nameless"),
        }
    }

    /// What kind of thing it is, in a word, with the size: "PDF, 1.4 MB".
    pub fn description(&self, ui: &Ui) -> String {
        ui.t2(
            "attachment-description",
            "kind",
            self.kind(ui),
            "size",
            ui.size(self.size),
        )
    }

    /// A picture, which gets a thumbnail.
    pub fn is_image(&self) -> bool {
        self.preview == Preview::Image
    }

    /// Whether it can be looked at in the browser.
    pub fn can_preview(&self) -> bool {
        self.preview != Preview::None
    }

    /// The icon, in Lucide's names.
    pub fn icon(&self) -> &'static str {
        icon(&self.media_type)
    }

    /// The extension where the name has a plain one, else the kind in words.
    fn kind(&self, ui: &Ui) -> String {
        let extension = self
            .name
            .as_deref()
            .and_then(|name| name.rsplit_once('.'))
            .map(|(_, extension)| extension)
            .filter(|extension| (1..=5).contains(&extension.len()))
            .filter(|extension| extension.bytes().all(|b| b.is_ascii_alphanumeric()));
        if let Some(extension) = extension {
            return extension.to_ascii_uppercase();
        }
        ui.t(match self.icon() {
            "image" => "kind-image",
            "music" => "kind-audio",
            "film" => "kind-video",
            "mail" => "kind-message",
            "calendar" => "kind-calendar",
            "contact" => "kind-contact",
            "file-archive" => "kind-archive",
            "file-key" => "kind-signature",
            "file-text" => "kind-text",
            _ => "kind-file",
        })
    }
}

/// The icon of files of a media type, in Lucide's names.
pub(crate) fn icon(media_type: &str) -> &'static str {
    let (kind, sub) = media_type.split_once('/').unwrap_or_default();
    match (kind, sub) {
        ("image", _) => "image",
        ("audio", _) => "music",
        ("video", _) => "film",
        ("message", _) => "mail",
        ("text", "calendar") => "calendar",
        ("text", "vcard" | "x-vcard" | "directory") => "contact",
        ("text", "csv") => "sheet",
        ("text", _) | ("application", "pdf") => "file-text",
        ("application", _) if is_archive(sub) => "file-archive",
        ("application", _) if sub.contains("spreadsheet") || sub.contains("excel") => "sheet",
        ("application", _) if sub.contains("presentation") || sub.contains("powerpoint") => {
            "presentation"
        }
        ("application", _) if sub.contains("word") || sub.contains("opendocument.text") => {
            "file-text"
        }
        ("application", "pgp-signature" | "pkcs7-signature" | "x-pkcs7-signature") => "file-key",
        _ => "file",
    }
}

fn is_archive(sub: &str) -> bool {
    ["zip", "gzip", "x-tar", "x-7z", "rar", "compressed", "zstd"]
        .iter()
        .any(|word| sub.contains(word))
}
