//! The Onboarding Service through its front door, on both databases, with an identity provider that signs real tokens and a UMS
//! that asks back.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails loudly"
)]

mod away;
mod flood;
mod hand_over;
mod inward;
mod lies;
mod limits;
mod mix_up;
mod pages;
mod provider;
mod races;
mod route_doctor;
mod sign_in;
mod story;
mod test_sign_in;
mod tokens;
mod world;
