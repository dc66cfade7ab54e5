//! Fetching from real servers that the tests start: OpenSSH's sshd, nginx with TLS, an S3 store; through a
//! connection that breaks, stalls and crawls. `tests/servers.sh` installs them; a test that finds none fails.

#![expect(clippy::unwrap_used, reason = "a test that can't set itself up has failed")]

mod broken;
mod places;
mod proxy;
mod refused;
mod server;
