//! The octets of a message that is stored as it comes: read once, and never held whole.

use std::{
    fmt, io,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use futures_util::{
    Stream, StreamExt as _,
    stream::{self, BoxStream},
};

/// See the module's description. Clones are the same octets, and one of them can be read.
#[derive(Clone)]
pub struct Source {
    size: usize,
    has_nul: bool,
    octets: Arc<Mutex<Option<BoxStream<'static, io::Result<Bytes>>>>>,
}

impl Source {
    /// Exactly `size` octets, with a NUL among them or not: IMAP has to be told both beforehand. A
    /// stream that gives others ends the connection that they were meant for, and the server
    /// stores nothing.
    pub fn new(
        size: usize,
        has_nul: bool,
        octets: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    ) -> Self {
        Self {
            size,
            has_nul,
            octets: Arc::new(Mutex::new(Some(octets.boxed()))),
        }
    }

    pub(super) fn size(&self) -> usize {
        self.size
    }

    pub(super) fn has_nul(&self) -> bool {
        self.has_nul
    }

    /// The octets; `None` when somebody has them already.
    pub(super) fn take(&self) -> Option<BoxStream<'static, io::Result<Bytes>>> {
        let mut octets = self.octets.lock().unwrap_or_else(PoisonError::into_inner);
        octets.take()
    }
}

impl From<Bytes> for Source {
    fn from(whole: Bytes) -> Self {
        let has_nul = whole.contains(&0);
        Self::new(whole.len(), has_nul, stream::iter([Ok(whole)]))
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Source").field(&self.size).finish()
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.octets, &other.octets)
    }
}

impl Eq for Source {}
