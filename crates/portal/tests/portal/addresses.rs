//! SEC-20: addresses that are like a user's, or hold one, in the forms that anybody may send. Mail goes to the stored address, or to
//! one that was typed whole and is nobody's; never anywhere else.

use access::Error;
use domain::Fault;
use domain::registration::RegistrationDraft;
use store::Schema;
use test_support::db_test;
use time::Duration;

use crate::stage::Stage;

const MIKE: &str = "mike.kiss@contoso.example";

/// More than one address, or something around one.
const SEVERAL: [&str; 17] = [
    "mike.kiss@contoso.example,eve@evil.example",
    "eve@evil.example,mike.kiss@contoso.example",
    "mike.kiss@contoso.example;eve@evil.example",
    "mike.kiss@contoso.example eve@evil.example",
    "mike.kiss@contoso.example\r\nBcc: eve@evil.example",
    "mike.kiss@contoso.example\nTo: eve@evil.example",
    "mike.kiss@contoso.example\reve@evil.example",
    "mike.kiss@contoso.example\0@evil.example",
    "mike.kiss@contoso.example@evil.example",
    "\"mike.kiss@contoso.example\"@evil.example",
    "<mike.kiss@contoso.example>",
    "Mike <mike.kiss@contoso.example>",
    "eve@evil.example (mike.kiss@contoso.example)",
    "[\"mike.kiss@contoso.example\",\"eve@evil.example\"]",
    "mike.kiss@contoso.example%0d%0aBcc:eve@evil.example",
    "mailto:mike.kiss@contoso.example?bcc=eve@evil.example",
    "mike.kiss@contoso.example\u{2028}eve@evil.example",
];

/// Letters that are like others, or become others when their case is changed: no address has them.
const ALIKE: [&str; 7] = [
    "mıke.kiss@contoso.example",
    "MİKE.kiss@contoso.example",
    "mike.kiß@contoso.example",
    "mi\u{212a}e.kiss@contoso.example",
    "ｍike.kiss@contoso.example",
    "mike.kiſs@contoso.example",
    "mike.kiss\u{200b}@contoso.example",
];

/// The domain, written in another way: the same address, or none.
const DOMAINS: [&str; 4] = [
    "mike.kiss@ｃontoso.example",
    "mike.kiss@contoso\u{3002}example",
    "mike.kiss@contoso.example.",
    "mike.kiss@CONTOSO.example",
];

fn typed() -> impl Iterator<Item = &'static str> {
    SEVERAL.into_iter().chain(ALIKE).chain(DOMAINS)
}

/// Only what was typed was found wrong: nothing of ours broke.
#[track_caller]
fn told(answer: access::Result<()>, typed: &str) -> bool {
    match answer {
        Ok(()) => true,
        Err(Error::Fault(Fault::Invalid(_))) => false,
        Err(error) => panic!("{typed:?}: {error:?}"),
    }
}

fn written_to(stage: &Stage) -> Vec<String> {
    stage
        .cloud
        .outside
        .mails()
        .into_iter()
        .map(|mail| mail.to)
        .collect()
}

db_test! {
    Schema::Cloud,

    async fn sec_20_a_link_for_a_new_password_goes_to_the_stored_address_alone(db: TestDb) {
        let stage = Stage::open(&db).await;
        stage.add(stage.contoso, MIKE, "obs-admin").await.unwrap();
        for one in typed() {
            for (user, email) in [(one, one), (MIKE, one), (one, MIKE)] {
                stage.cloud.clock.advance(Duration::HOUR);
                let accepted = told(stage.forget(1, user, email).await, one);
                assert!(!accepted || DOMAINS.contains(&one), "{one:?}");
            }
        }
        stage.work().await;
        assert!(written_to(&stage).iter().all(|to| to == MIKE), "{:?}", written_to(&stage));
        // Asked for as it should be.
        let before = written_to(&stage).len();
        stage.cloud.clock.advance(Duration::hours(3));
        stage.forget(1, "Mike.Kiss@contoso.example", MIKE).await.unwrap();
        stage.work().await;
        assert_eq!(written_to(&stage).len(), before + 1);
    }

    async fn sec_20_a_registration_writes_to_nobody_but_the_address_that_was_typed(db: TestDb) {
        let stage = Stage::open(&db).await;
        stage.add(stage.contoso, MIKE, "obs-admin").await.unwrap();
        let register = async |email: &str| {
            stage.cloud.clock.advance(Duration::HOUR);
            let draft = RegistrationDraft { email: email.to_owned(), ..crate::registrations::draft() };
            told(stage.register(1, draft).await, email)
        };
        for one in typed() {
            let accepted = register(one).await;
            assert!(!accepted || DOMAINS.contains(&one), "{one:?}");
        }
        stage.work().await;
        for to in written_to(&stage) {
            assert!(to.is_ascii() && to.eq_ignore_ascii_case(MIKE), "{to:?}");
        }
        // One that is nobody's, and one of a domain in either of its ways.
        for (email, to) in [("mike.kiss@northwind.example", "mike.kiss@northwind.example"), ("eva.lund@xn--mnchen-3ya.example", "eva.lund@xn--mnchen-3ya.example")] {
            assert!(register(email).await);
            stage.work().await;
            assert_eq!(written_to(&stage).last().unwrap(), to);
        }
    }
}
