//! Times as programs read them: RFC 3339, UTC.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type},
    },
};

/// Milliseconds since 1970 UTC, as `2026-11-29T16:20:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Time(pub(crate) i64);

impl Time {
    /// As text; what no calendar has is moved to the nearest that one has.
    pub(crate) fn to_text(self) -> String {
        let time = jiff::Timestamp::from_millisecond(self.0);
        let nearest = match self.0 {
            ..0 => jiff::Timestamp::MIN,
            _ => jiff::Timestamp::MAX,
        };
        time.unwrap_or(nearest).to_string()
    }

    /// Reads RFC 3339.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let time: jiff::Timestamp = text.parse().ok()?;
        Some(Self(time.as_millisecond()))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.to_text())
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::from_text(&text).ok_or_else(|| de::Error::custom("not a time (RFC 3339)"))
    }
}

impl PartialSchema for Time {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .examples(["2026-11-29T16:20:00Z"])
            .into()
    }
}

impl ToSchema for Time {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_what_they_were() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (1_795_969_200_123, "2026-11-29T16:20:00.123Z"),
        ] {
            assert_eq!(Time(millis).to_text(), text);
            assert_eq!(Time::from_text(text), Some(Time(millis)));
        }
        let with_offset = Time::from_text("1970-01-01T02:00:00+02:00");
        assert_eq!(with_offset, Some(Time(0)));
        for wrong in ["", "1970-01-01", "1970-01-01T00:00:00", "yesterday"] {
            assert_eq!(Time::from_text(wrong), None, "{wrong}");
        }
        assert!(Time(i64::MAX).to_text().starts_with("9999-"));
    }
}
