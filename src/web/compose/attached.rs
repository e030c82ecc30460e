//! Files that go along with a message.

use crate::web::message::attachment::{self, Attachment};

/// A file that the draft holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// Its number.
    pub id: i64,
    /// Its name, safe to show.
    pub name: String,
    /// Octets.
    pub size: u64,
    /// The media type, lower case.
    pub media_type: String,
    /// A picture that stands in the text, and is not listed.
    pub inline: bool,
    /// The Content-ID without brackets, by which the text refers to it.
    pub cid: Option<String>,
    /// The path of its octets.
    pub path: String,
}

/// A part of the original that goes along unless it is left out; before there is a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The part.
    pub part: Attachment,
    /// Goes along.
    pub is_kept: bool,
}

impl Attached {
    /// The path that removes it.
    pub fn removal(&self) -> String {
        format!("{}/removal", self.path)
    }

    /// A picture of a kind that browsers show, which gets a thumbnail.
    pub fn is_image(&self) -> bool {
        matches!(
            self.media_type.as_str(),
            "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/avif"
        )
    }

    /// The icon, in Lucide's names.
    pub fn icon(&self) -> &'static str {
        attachment::icon(&self.media_type)
    }
}
