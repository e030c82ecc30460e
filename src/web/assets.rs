//! Where the embedded files are found.

/// The path of an embedded file, below the base path.
pub fn url(name: &str) -> String {
    format!("/assets/{name}")
}
