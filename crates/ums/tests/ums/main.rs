//! The use cases of a UMS, on both databases, with a clock that stands still and a fake world outside.

mod certificates;
mod company;
mod devices;
mod enrolment;
mod onboarding;
mod sign_in;
mod statements;
