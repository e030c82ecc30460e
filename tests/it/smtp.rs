//! The submission client against a real Exim that delivers into Dovecot, and against servers that
//! must not be trusted. Cuts, refusals and silence at each step are tested beside the code
//! (`src/smtp/submit/tests.rs`), on pipes and in virtual time.

mod check;
mod delivery;
mod inbox;
mod tls;
