//! The simulator against a naive reference written apart from it, promtool and a Prometheus server; and its policies as
//! Alertmanager and Kubernetes read them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod alertmanager;
mod generate;
mod naive;
mod network_policy;
mod promtool;
mod server;
