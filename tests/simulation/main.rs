//! The simulator against two judges: a naive reference written apart from it, and Prometheus itself.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod generate;
mod naive;
mod promtool;
