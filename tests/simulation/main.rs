//! The simulator against three judges: a naive reference written apart from it, promtool, and a Prometheus server.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod generate;
mod naive;
mod promtool;
mod server;
