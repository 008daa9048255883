//! The use cases of a UMS, on both databases, with a clock that stands still and a fake world outside.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails loudly")]

mod arrival;
mod certificates;
mod commands;
mod company;
mod devices;
mod enrolment;
mod enrolment_at_once;
mod onboarding;
mod races;
mod sign_in;
mod statements;
