//! Whole numbers of any width as counts in sentences.

use fluent_bundle::FluentValue;

/// A count: what chooses between "message" and "messages". Templates pass references.
pub trait Count {
    /// The number.
    fn whole(&self) -> u64;

    /// The number as Fluent takes it.
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(self.whole())
    }
}

impl<T: Count> Count for &T {
    fn whole(&self) -> u64 {
        (*self).whole()
    }
}

impl Count for u16 {
    fn whole(&self) -> u64 {
        u64::from(*self)
    }
}

impl Count for u32 {
    fn whole(&self) -> u64 {
        u64::from(*self)
    }
}

impl Count for u64 {
    fn whole(&self) -> u64 {
        *self
    }
}

impl Count for usize {
    fn whole(&self) -> u64 {
        u64::try_from(*self).unwrap_or(u64::MAX)
    }
}
