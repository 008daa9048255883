//! Every bound of the Onboarding Service in one place. `tests/limits.rs` stands on both sides of each.

use access::Rate;
use time::Duration;

/// Largest body of a request, in bytes.
pub const BODY_MAX: usize = 64 * 1024;
/// Longest code or error text that an identity provider may send through the browser, in bytes.
pub const ANSWER_MAX: usize = 4096;

/// From a device's request until its person has signed in.
pub const SIGN_IN_LIFE: Duration = Duration::minutes(15);
/// From Continue until the identity provider has sent the person back: the life of the cookie.
pub const COOKIE_LIFE: Duration = Duration::minutes(10);
/// How long after [`SIGN_IN_LIFE`] a person who has signed in still waits for the UMS to be told.
pub const HAND_OVER_LIFE: Duration = Duration::minutes(10);
/// From the making of a token until its UMS has asked for it.
pub const ANNOUNCE_LIFE: Duration = Duration::minutes(5);
/// From the announcement of a token until it is of no use any more.
pub const REDEEM_LIFE: Duration = Duration::minutes(5);
/// Longest life that a client assertion may give itself.
pub const ASSERTION_LIFE: Duration = Duration::seconds(60);
/// How far the clock of a UMS may be from ours.
pub const CLOCK_LEEWAY: Duration = Duration::seconds(60);
/// Longest `jti` of an assertion, in bytes.
pub const JTI_MAX: usize = 128;
/// How long a finished run can be seen on its record.
pub const KEEP: Duration = Duration::days(30);
/// How long a run is kept that nobody signed in for: its device is told why until then.
pub const KEEP_WAITING: Duration = Duration::DAY;
/// Most runs that "last onboardings" shows.
pub const LAST_MAX: u32 = 200;

/// Most runs of one e-mail address that were begun from one client and wait for a sign-in.
pub const PENDING_PER_EMAIL_AND_CLIENT: i64 = 10;
/// Most runs of one e-mail address that wait for a sign-in. Far above the number of one client, so that a stranger who begins
/// runs for somebody else's address does not keep that person from onboarding.
pub const PENDING_PER_EMAIL: i64 = 100;
/// Most runs begun from one address that wait for a sign-in. An office behind one address is many people.
pub const PENDING_PER_CLIENT: i64 = 200;

/// Most runs of one account that wait for a sign-in: a wave of new devices fits, and a flood for one account, from however many
/// addresses, leaves the others their room.
pub const PENDING_PER_ACCOUNT: i64 = 5000;
/// How long after its answer an identity provider may still be asked about it: its time, and some for us.
pub const ASKING_LIFE: Duration = Duration::seconds(15);

/// Beginnings from one address.
pub const START_PER_CLIENT: Rate = Rate {
    name: "onboarding.start.client",
    burst: 60,
    per: Duration::MINUTE,
};
/// Beginnings for one e-mail address from one client.
pub const START_PER_EMAIL_AND_CLIENT: Rate = Rate {
    name: "onboarding.start.email_and_client",
    burst: 20,
    per: Duration::minutes(10),
};
/// Beginnings for one e-mail address from everywhere; higher, for the reason of [`PENDING_PER_EMAIL`].
pub const START_PER_EMAIL: Rate = Rate {
    name: "onboarding.start.email",
    burst: 200,
    per: Duration::minutes(10),
};
/// Pages from one address.
pub const PAGES: Rate = Rate {
    name: "onboarding.page",
    burst: 240,
    per: Duration::MINUTE,
};
/// Questions of one device: it asks every two seconds.
pub const POLL: Rate = Rate {
    name: "onboarding.poll",
    burst: 120,
    per: Duration::MINUTE,
};
/// Questions from one address that no run was found for. Counted before the look-up and given back after a right one.
pub const POLL_MISSES: Rate = Rate {
    name: "onboarding.poll.miss",
    burst: 60,
    per: Duration::MINUTE,
};
/// Questions about tokens from one address.
pub const VALIDATE: Rate = Rate {
    name: "onboarding.validate",
    burst: 600,
    per: Duration::MINUTE,
};
