//! Forms as a browser without a script fills them in and sends them: multipart, files included.

use axum::body::Body;

use super::{
    browser::{Answer, Browser, set},
    markup,
};

/// Between the parts; no test's file holds it.
const BOUNDARY: &str = "----geckoformboundary7d3a1c0b5e";

/// A form of a page, filled in so far.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    /// Where it is sent, without the base path.
    pub(crate) action: String,
    fields: Vec<(String, String)>,
    files: Vec<(String, String, Vec<u8>)>,
}

impl Form {
    /// The form with this class, as it was drawn.
    pub(crate) fn of(page: &Answer, class: &str) -> Self {
        let tags = page.tags();
        let form = tags
            .iter()
            .find(|tag| tag.name == "form" && tag.get("class") == class);
        let form = form.unwrap_or_else(|| panic!("no form {class}: {}", page.text()));
        Self {
            action: form.get("action").to_owned(),
            fields: markup::controls(&page.text(), class),
            files: Vec::new(),
        }
    }

    /// What a field holds; empty when there is none.
    pub(crate) fn value(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(own, _)| own == name);
        found.map_or("", |(_, value)| value)
    }

    /// All values of a field.
    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        let found = self.fields.iter().filter(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str()).collect()
    }

    /// Types into a field, in the place of what was there.
    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        match self.fields.iter_mut().find(|(own, _)| own == name) {
            Some((_, own)) => value.clone_into(own),
            None => self.fields.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    /// Unticks a box, or takes a field out.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(own, _)| own != name);
        self
    }

    /// Chooses a file.
    pub(crate) fn file(mut self, name: &str, media_type: &str, bytes: &[u8]) -> Self {
        let file = (name.to_owned(), media_type.to_owned(), bytes.to_owned());
        self.files.push(file);
        self
    }

    /// As multipart, with the button that was pressed. Lines end with CRLF, as browsers send them.
    fn body(&self, button: &str) -> Vec<u8> {
        let mut body = Vec::new();
        let pressed = ("action".to_owned(), button.to_owned());
        for (name, value) in self.fields.iter().chain([&pressed]) {
            let value = value.replace("\r\n", "\n").replace('\n', "\r\n");
            body.extend_from_slice(
                format!(
                    "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n\
                     {value}\r\n"
                )
                .as_bytes(),
            );
        }
        let none = (
            String::new(),
            "application/octet-stream".to_owned(),
            Vec::new(),
        );
        // An input without a file sends an empty one.
        let files = match self.files.is_empty() {
            true => std::slice::from_ref(&none),
            false => &self.files,
        };
        for (name, media_type, bytes) in files {
            body.extend_from_slice(
                format!(
                    "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; \
                     filename=\"{name}\"\r\nContent-Type: {media_type}\r\n\r\n"
                )
                .as_bytes(),
            );
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        body
    }
}

impl Browser {
    /// Presses a button of a form, without a script.
    pub(crate) async fn press(&mut self, form: &Form, button: &str) -> Answer {
        let request = self.pressing(form, button);
        self.finish(request).await
    }

    /// The same, as our script does: what comes back is JSON.
    pub(crate) async fn press_in_script(&mut self, form: &Form, button: &str) -> Answer {
        let mut request = self.pressing(form, button);
        set(&mut request, "accept", "application/json");
        set(&mut request, "sec-fetch-mode", "cors");
        self.finish(request).await
    }

    fn pressing(&self, form: &Form, button: &str) -> axum::http::Request<Body> {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let path = form.action.strip_prefix(&self.base);
        let path = path.unwrap_or(&form.action);
        self.sending(path, &kind, Body::from(form.body(button)))
    }

    /// Sends fields as our scripts do.
    pub(crate) async fn post_in_script(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut request = self.form(path, fields);
        set(&mut request, "accept", "application/json");
        set(&mut request, "sec-fetch-mode", "cors");
        self.finish(request).await
    }
}

impl Answer {
    /// The JSON of it.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}: {}", self.status, self.text()))
    }
}
