//! A handler that panicked: what it said, for the log.

use std::any::Any;

/// The words of a panic, as the layer that catches it hands them over.
#[expect(clippy::needless_pass_by_value, reason = "the layer's signature")]
pub(crate) fn words(panic: Box<dyn Any + Send>) -> String {
    let text = panic.downcast_ref::<&str>().copied().map(str::to_owned);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panic: {}", text.unwrap_or_default())
}
