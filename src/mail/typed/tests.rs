//! Fields as people fill them.
