use access::jobs::Jobs;
use outside::MailError;
use store::{Schema, args, row, sql};
use test_support::db::TestDb;
use test_support::db_test;
use test_support::outside::MailAnswer;
use time::{Duration, OffsetDateTime};

use crate::passwords::ADA;
use crate::stage::{Stage, events};

const LEASE: Duration = Duration::minutes(2);

row! {
    struct MailRow {
        id: domain::id::JobId,
        payload: String,
        due_at: OffsetDateTime,
        done_at: Option<OffsetDateTime>,
    }
}

async fn mail(db: &TestDb) -> MailRow {
    let select = sql!("select id, payload, due_at, done_at from jobs where kind = 'mail'");
    db.read().await.unwrap().one(select, args![]).await.unwrap()
}

impl Stage {
    /// Posts a letter, and leaves it to be sent.
    async fn post(&self, host: u8) {
        self.forget(host, ADA, ADA).await.unwrap();
        portal::jobs(Jobs::default())
            .run_due(&self.cloud.services)
            .await
            .unwrap();
    }

    /// A process of its own tries to send what is due. Answers how many mails it tried.
    async fn send(&self) -> u64 {
        portal::mails::jobs(Jobs::default())
            .run_due(&self.cloud.services)
            .await
            .unwrap()
    }

    /// The process ends when the mail server has the mail, before that is noted.
    async fn send_and_die(&self) {
        let outside = &self.cloud.outside;
        outside.answer_mails(MailAnswer::TakenInSilence, 1);
        let before = outside.mails().len();
        let taken = async {
            while outside.mails().len() == before {
                tokio::task::yield_now().await;
            }
        };
        let jobs = portal::mails::jobs(Jobs::default());
        tokio::select! {
            _ = jobs.run_due(&self.cloud.services) => panic!("it never ends"),
            () = taken => {}
        }
    }
}

db_test! {
    Schema::Cloud,

    async fn a_mail_is_sealed_until_it_is_sent_and_then_forgotten(db: TestDb) {
        let stage = Stage::open(&db).await;
        stage.post(1).await;
        let posted = mail(&db).await;
        assert!(posted.payload.contains(ADA), "{}", posted.payload);
        for words in ["reset-password", "token", "password", "Reset"] {
            assert!(!posted.payload.contains(words), "{words} in {}", posted.payload);
        }
        assert_eq!(stage.send().await, 1);
        let sent = mail(&db).await;
        assert!(sent.done_at.is_some());
        assert_eq!(sent.payload, "null");
        stage.cloud.clock.advance(Duration::DAY);
        assert_eq!(stage.send().await, 0);
        let [mail] = stage.cloud.outside.mails().try_into().unwrap();
        assert_eq!(mail.message_id, Some(posted.id.to_string()));
        assert!(!mail.text.is_empty() && !mail.html.is_empty());
    }

    async fn f15_a_crash_after_the_server_took_a_mail_doubles_it_once_and_never_again(db: TestDb) {
        let stage = Stage::open(&db).await;
        stage.post(1).await;
        stage.send_and_die().await;
        assert_eq!(stage.send().await, 0, "somebody may be at it still");
        stage.cloud.clock.advance(LEASE);
        stage.send_and_die().await;
        let mails = stage.cloud.outside.mails();
        assert_eq!(mails.len(), 2, "the one allowed duplicate");
        assert_eq!(mails[0].message_id, mails[1].message_id);
        for _ in 0..20 {
            stage.cloud.clock.advance(LEASE);
            stage.send().await;
        }
        assert_eq!(stage.cloud.outside.mails().len(), 2);
        let given_up = events(&db, "mail.refused").await;
        assert_eq!(given_up.len(), 1);
        assert!(given_up[0].3.contains("unknown"));
        assert_eq!(mail(&db).await.payload, "null");
    }

    async fn after_one_crash_the_second_try_is_the_last(db: TestDb) {
        let stage = Stage::open(&db).await;
        stage.post(1).await;
        stage.send_and_die().await;
        stage.cloud.clock.advance(LEASE);
        assert_eq!(stage.send().await, 1);
        stage.cloud.clock.advance(Duration::DAY);
        assert_eq!(stage.send().await, 0);
        assert_eq!(stage.cloud.outside.mails().len(), 2);
        assert!(events(&db, "mail.refused").await.is_empty());
    }

    async fn f15_when_the_mail_server_is_back_everything_is_sent_once_within_two_minutes(db: TestDb) {
        let stage = Stage::open(&db).await;
        for host in [1, 2, 3] {
            stage.post(host).await;
        }
        // Ten minutes without a server. One process goes on: it tries one mail at a time, and lets the others wait.
        stage.cloud.outside.answer_mails(MailAnswer::Refused(MailError::Unreachable), 1_000);
        let jobs = portal::mails::jobs(Jobs::default());
        let mut tries = 0;
        for _ in 0..120 {
            tries += jobs.run_due(&stage.cloud.services).await.unwrap();
            stage.cloud.clock.advance(Duration::seconds(5));
        }
        assert!(stage.cloud.outside.mails().is_empty() && tries > 20, "{tries}");
        stage.cloud.outside.forget_answers();
        for _ in 0..24 {
            jobs.run_due(&stage.cloud.services).await.unwrap();
            stage.cloud.clock.advance(Duration::seconds(5));
        }
        let mut ids: Vec<_> = stage.cloud.outside.mails().into_iter().map(|mail| mail.message_id).collect();
        assert_eq!(ids.len(), 3);
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 3, "each once");
        assert!(events(&db, "mail.refused").await.is_empty());
    }

    async fn what_the_server_refuses_for_good_is_ended_and_noted_without_a_word_of_it(db: TestDb) {
        let stage = Stage::open(&db).await;
        for (host, error) in [(1, MailError::Refused), (2, MailError::Invalid)] {
            stage.post(host).await;
            stage.cloud.outside.answer_mails(MailAnswer::Refused(error), 1);
            assert_eq!(stage.send().await, 1);
            stage.cloud.clock.advance(Duration::DAY);
            assert_eq!(stage.send().await, 0);
            let noted = events(&db, "mail.refused").await.pop().unwrap();
            assert_eq!((noted.0.as_str(), noted.1.as_str(), noted.2), ("mail", ADA, Some(stage.contoso.into())));
            assert_eq!(noted.3, format!("{{\"code\":\"{}\"}}", error.code()));
        }
        assert!(stage.cloud.outside.mails().is_empty());
        let left: i64 = db.read().await.unwrap().scalar(sql!("select count(*) from jobs where kind = 'mail' and payload <> 'null'"), args![]).await.unwrap();
        assert_eq!(left, 0);
        // The next mail goes its way.
        stage.post(3).await;
        assert_eq!((stage.send().await, stage.cloud.outside.mails().len()), (1, 1));
    }

    async fn what_is_wrong_with_us_does_not_end_a_mail(db: TestDb) {
        let stage = Stage::open(&db).await;
        stage.post(1).await;
        for error in [MailError::Credentials, MailError::Tls, MailError::Unreachable, MailError::Later] {
            stage.cloud.outside.answer_mails(MailAnswer::Refused(error), 1);
            assert_eq!(stage.send().await, 1, "{error}");
            let waiting = mail(&db).await;
            let wait = waiting.due_at - stage.cloud.services.now();
            assert!(waiting.done_at.is_none() && wait >= Duration::seconds(10) && wait <= Duration::MINUTE, "{error}: {wait}");
            stage.cloud.clock.advance(wait);
        }
        assert_eq!(stage.send().await, 1);
        assert_eq!(stage.cloud.outside.mails().len(), 1);
    }

    async fn a_mail_that_is_put_off_for_two_days_is_given_up(db: TestDb) {
        let stage = Stage::open(&db).await;
        stage.post(1).await;
        stage.cloud.outside.answer_mails(MailAnswer::Refused(MailError::Later), 1_000);
        let start = stage.cloud.services.now();
        let mut tries = 0;
        while mail(&db).await.done_at.is_none() {
            tries += stage.send().await;
            let wait = mail(&db).await.due_at - stage.cloud.services.now();
            assert!(wait <= Duration::minutes(15), "{wait}");
            stage.cloud.clock.advance(wait.max(Duration::ZERO));
        }
        let age = stage.cloud.services.now() - start;
        assert!(age >= Duration::days(2) && age < Duration::days(2) + Duration::minutes(15), "{age}");
        assert!((150..400).contains(&tries), "{tries}");
        let noted = events(&db, "mail.refused").await;
        assert_eq!(noted.len(), 1);
        assert!(noted[0].3.contains("later"));
        assert_eq!(mail(&db).await.payload, "null");
    }
}
