//! The integration tests: one binary, one link step.

mod mime_corpus;
