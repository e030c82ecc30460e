//! Writing the format: families with their help and kind, samples with their labels.

use std::fmt::{Display, Write as _};

/// A page that grows.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
}

impl Page {
    /// Begins a family; samples of it follow.
    pub(super) fn family<'a>(
        &'a mut self,
        name: &'a str,
        kind: &'static str,
        help: &'static str,
    ) -> Family<'a> {
        let _written = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        Family { page: self, name }
    }

    /// A family of one sample without labels.
    pub(super) fn one(
        &mut self,
        name: &str,
        kind: &'static str,
        help: &'static str,
        value: impl Display,
    ) {
        self.family(name, kind, help).sample("", &[], value);
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// A family being written.
#[derive(Debug)]
pub(super) struct Family<'a> {
    page: &'a mut Page,
    name: &'a str,
}

impl Family<'_> {
    /// One sample; `suffix` is what histograms have (`_bucket`).
    pub(super) fn sample(
        &mut self,
        suffix: &str,
        labels: &[(&str, &str)],
        value: impl Display,
    ) -> &mut Self {
        let text = &mut self.page.text;
        text.push_str(self.name);
        text.push_str(suffix);
        for (index, (name, value)) in labels.iter().enumerate() {
            text.push(if index == 0 { '{' } else { ',' });
            let _written = write!(text, "{name}=\"{}\"", escaped(value));
        }
        if !labels.is_empty() {
            text.push('}');
        }
        let _written = writeln!(text, " {value}");
        self
    }
}

fn escaped(value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"");
    value.replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_stand_below_their_family() {
        let mut page = Page::default();
        page.one("a_total", "counter", "How many.", 3);
        page.family("b", "gauge", "How much.")
            .sample("", &[("x", "1"), ("y", "a\"\\\nb")], 0.5);
        assert_eq!(
            page.finish(),
            "# HELP a_total How many.\n# TYPE a_total counter\na_total 3\n\
             # HELP b How much.\n# TYPE b gauge\nb{x=\"1\",y=\"a\\\"\\\\\\nb\"} 0.5\n"
        );
    }
}
