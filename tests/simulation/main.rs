//! The simulator against two judges: a naive reference written apart from it, and Prometheus itself.

mod generate;
mod naive;
mod promtool;
