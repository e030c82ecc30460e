//! One type for every byte stream: TCP, TLS over TCP, or a test's pipe.

use tokio::io::{AsyncRead, AsyncWrite};

/// What a protocol needs of a connection.
pub trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for T {}

/// A connection, whatever it is made of.
pub type BoxStream = Box<dyn Stream>;
