//! The Customer Portal through its use cases, on both databases, with a clock that stands still and a fake world outside.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails loudly"
)]

mod account_page;
mod accounts;
mod activity;
mod addresses;
mod attacks;
mod cases;
mod chain_assistant;
mod chains;
mod checklist;
mod domains;
mod expiry;
mod invitations;
mod mails;
mod mapped_users;
mod my_account;
mod onboarding;
mod operators;
mod os_idp_changes;
mod os_idps;
mod passwords;
mod people_list;
mod races;
mod registrations;
mod routing;
mod routing_changes;
mod saml;
mod second_factor;
mod sign_in;
mod stage;
mod statements;
mod ums_instances;
mod users;
