use access::Session;
use domain::my_account::{LanguageDraft, MyAccount};
use domain::password::ChangeDraft;
use domain::permission::PortalSignedIn;
use domain::sign_in::SignInDraft;
use domain::{Fault, Language, Reason};
use store::Schema;
use test_support::db_test;
use time::Duration;

use crate::passwords::{ADA, NEW};
use crate::stage::{PASSWORD, Person, Stage, events, fault, reason};

fn change(old: &str, new: &str) -> ChangeDraft {
    ChangeDraft {
        old_password: old.to_owned(),
        password: new.to_owned(),
    }
}

async fn account(person: &Person<'_>) -> MyAccount {
    portal::my_account::get(&person.may().await).await.unwrap()
}

impl Stage {
    async fn is_open(&self, token: &access::SessionToken) -> bool {
        Session::load(&self.cloud.services, token)
            .await
            .unwrap()
            .is_some()
    }
}

db_test! {
    Schema::Cloud,

    async fn people_see_themselves_and_choose_their_language(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ada = stage.sign_in(ADA).await;
        let seen = account(&ada).await;
        assert_eq!((seen.email.as_str(), seen.language, seen.has_password), (ADA, Language::English, true));
        assert_eq!(seen.password_set_at, Some(stage.cloud.services.now()));
        let draft = |language: &str| LanguageDraft { language: language.to_owned() };
        assert_eq!(reason(portal::my_account::set_language(&ada.may().await, draft("fr")).await, "language"), Reason::NotAChoice);
        portal::my_account::set_language(&ada.may().await, draft("de")).await.unwrap();
        assert_eq!(account(&ada).await.language, Language::German);
        let other = stage.sign_in("admin@fabrikam.example").await;
        assert_eq!(account(&other).await.language, Language::English);
        let events = events(&db, "user.language_changed").await;
        assert_eq!(events.len(), 1);
        assert!(events[0].3.contains("\"old\":\"en\"") && events[0].3.contains("\"new\":\"de\""));
    }

    async fn sec_27_a_changed_password_gives_this_session_a_new_id_and_ends_the_others(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (here, elsewhere) = (stage.sign_in(ADA).await, stage.sign_in(ADA).await);
        let stranger = stage.sign_in("admin@fabrikam.example").await;
        let link = stage.token(1).await;
        let token = portal::my_account::change_password(&here.may().await, change(PASSWORD, NEW)).await.unwrap();
        assert!(token != here.token && stage.is_open(&token).await);
        assert!(!stage.is_open(&here.token).await && !stage.is_open(&elsewhere.token).await);
        assert!(stage.is_open(&stranger.token).await);
        let auth = stage.cloud.authorize::<PortalSignedIn>(&token).await.unwrap();
        let seen = portal::my_account::get(&auth).await.unwrap();
        let [session] = seen.sessions.try_into().unwrap();
        assert!(session.here && session.address == "192.0.2.7" && session.agent == "test");

        assert_eq!(reason(stage.try_sign_in(ADA, PASSWORD).await, "user"), Reason::WrongCredentials);
        stage.try_sign_in(ADA, NEW).await.unwrap();
        assert!(stage.reset(&link, "another loaf for every day").await.is_err(), "an open link ends with it");
        stage.work().await;
        assert_eq!(stage.cloud.outside.mails().pop().unwrap().subject, "Your password was changed");
        assert_eq!(events(&db, "user.password_changed").await.len(), 1);
    }

    async fn a_password_is_changed_only_by_whoever_knows_it(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ada = stage.sign_in(ADA).await;
        let refused = async |draft: ChangeDraft, field: &str| {
            reason(portal::my_account::change_password(&ada.may().await, draft).await, field)
        };
        assert_eq!(refused(change("not the password", NEW), "old_password").await, Reason::WrongPassword);
        assert_eq!(refused(change("", NEW), "old_password").await, Reason::Required);
        assert_eq!(refused(change(PASSWORD, "fourteen chars"), "password").await, Reason::TooShort { min: 15 });
        assert_eq!(refused(change(PASSWORD, "PasswordPassword"), "password").await, Reason::CommonPassword);
        assert_eq!(refused(change(PASSWORD, "Contoso-Contoso-2026"), "password").await, Reason::CommonPassword);
        assert!(stage.is_open(&ada.token).await);
        portal::my_account::change_password(&ada.may().await, change(PASSWORD, NEW)).await.unwrap();
    }

    async fn ten_tries_in_ten_minutes_to_name_the_present_password(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ada = stage.sign_in(ADA).await;
        let attempt = async |old: &str| portal::my_account::change_password(&ada.may().await, change(old, NEW)).await;
        for _ in 0..10 {
            assert_eq!(reason(attempt("not the password").await, "old_password"), Reason::WrongPassword);
        }
        assert_eq!(fault(attempt(PASSWORD).await), Fault::TooMany { retry_after: 60 });
        stage.cloud.clock.advance(Duration::MINUTE);
        attempt(PASSWORD).await.unwrap();
    }

    async fn sessions_are_listed_and_ended_by_their_holder_alone(db: TestDb) {
        let stage = Stage::open(&db).await;
        let phone = stage.sign_in(ADA).await;
        stage.cloud.clock.advance(Duration::minutes(6));
        let laptop = {
            let draft = SignInDraft { user: ADA.to_owned(), password: PASSWORD.to_owned(), next: String::new() };
            stage.sign_in_from(8, draft).await.unwrap()
        };
        let third = stage.sign_in(ADA).await;
        let stranger = stage.sign_in("admin@fabrikam.example").await;
        let seen = account(&third).await.sessions;
        assert_eq!(seen.len(), 3);
        assert_eq!(seen.iter().filter(|session| session.here).count(), 1);
        assert_eq!(seen[2].address, "192.0.2.7", "the one used last comes first");
        let of_laptop = seen.iter().find(|session| session.address == "192.0.2.8").unwrap().key.clone();

        let end = async |person: &Person<'_>, key: &str| portal::my_account::end_session(&person.may().await, key).await;
        assert_eq!(fault(end(&stranger, &of_laptop).await), Fault::NotFound);
        for nonsense in ["", "zz", &of_laptop[2..], &format!("{of_laptop}00"), &"ä".repeat(32), &"0".repeat(64)] {
            assert_eq!(fault(end(&third, nonsense).await), Fault::NotFound, "{nonsense}");
        }
        assert!(stage.is_open(&laptop).await);
        end(&third, &of_laptop).await.unwrap();
        assert!(!stage.is_open(&laptop).await && stage.is_open(&phone.token).await);
        assert_eq!(fault(end(&third, &of_laptop).await), Fault::NotFound, "it has ended already");

        assert_eq!(portal::my_account::end_other_sessions(&third.may().await).await.unwrap(), 1);
        assert!(!stage.is_open(&phone.token).await && stage.is_open(&third.token).await && stage.is_open(&stranger.token).await);
        assert_eq!(account(&third).await.sessions.len(), 1);
        assert_eq!((events(&db, "user.session_ended").await.len(), events(&db, "user.other_sessions_ended").await.len()), (1, 1));
    }

    async fn sessions_that_have_ended_are_not_listed(db: TestDb) {
        let stage = Stage::open(&db).await;
        stage.sign_in(ADA).await;
        stage.cloud.clock.advance(Duration::minutes(30) - Duration::MILLISECOND);
        let here = stage.sign_in(ADA).await;
        assert_eq!(account(&here).await.sessions.len(), 2);
        stage.cloud.clock.advance(Duration::MILLISECOND);
        assert_eq!(account(&here).await.sessions.len(), 1);
    }
}
