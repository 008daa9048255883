//! What is asked for at the same time (reliability F28, F29, F31). Each race is run a few times with the other tests, and as often
//! as the design says with `COSMOS_FULL_ROUNDS=1`.

use access::jobs::Jobs;
use access::{Authorized, Error, Result, Visitor};
use domain::id::{InvitationId, RegistrationId, UserId};
use domain::invitation::{AcceptDraft, InvitationDraft, InvitationState};
use domain::password::ResetDraft;
use domain::people::RoleDraft;
use domain::permission::{ChangeUserRoles, DecideRegistrations, InviteUsers, PortalSignedIn};
use domain::registration::{ApproveDraft, RefuseDraft, RegistrationDraft};
use domain::sign_in::Refused;
use domain::user::UserState;
use domain::{Cloud, Conflict, Fault, Reason};
use futures::future::join_all;
use portal::federated::{self, Ended};
use portal::invitations::{self, Accepted};
use portal::{passwords, registrations, users};
use store::{Schema, args, sql};
use test_support::db::TestDb;
use test_support::db_test;
use test_support::rounds::{Dice, is_full, is_serial, rounds};
use test_support::saml::{SamlPerson, asked};
use test_support::services::client;
use time::Duration;

use crate::operators::Operator;
use crate::passwords::ADA;
use crate::saml;
use crate::stage::{PASSWORD, Stage, fault, reason};

/// Who redeem one secret at once.
const RACERS: u8 = 50;
/// Each of those who set a password costs a hashing: of them there are fewer when there are a thousand rounds.
const RACERS_WHO_HASH: u8 = 8;

fn visitor(stage: &Stage, host: u8) -> Visitor<Cloud> {
    Visitor::new(&stage.cloud.services, client(host))
}

fn draft(email: &str) -> InvitationDraft {
    InvitationDraft {
        email: email.to_owned(),
        role: "obs-admin".to_owned(),
        ..InvitationDraft::default()
    }
}

/// Sends what is queued; the token of the last link that came for an address.
async fn token(stage: &Stage, to: &str) -> String {
    let jobs = portal::mails::jobs(Jobs::default());
    jobs.run_due(&stage.cloud.services).await.unwrap();
    let mails = stage.cloud.outside.mails();
    let mail = mails.iter().rev().find(|mail| mail.to == to).unwrap();
    let token = mail.text.split("?token=").nth(1).unwrap();
    token.split_whitespace().next().unwrap().to_owned()
}

/// Exactly one has won; all others were told this one thing.
#[track_caller]
fn one_wins<T: std::fmt::Debug>(outcomes: Vec<Result<T>>, told: &Fault) {
    let mut won = 0;
    for outcome in outcomes {
        match outcome {
            Ok(_) => won += 1,
            Err(Error::Fault(fault)) => assert_eq!(fault, *told),
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(won, 1);
}

async fn count(db: &TestDb, what: store::Sql) -> i64 {
    db.read().await.unwrap().scalar(what, args![]).await.unwrap()
}

db_test! {
    Schema::Cloud,

    async fn f27_of_twenty_copies_of_a_form_one_is_done(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in(ADA).await;
        for round in 1..=rounds(20, 200) {
            stage.cloud.clock.advance(Duration::minutes(2));
            let (key, email) = (format!("form-of-round-{round:04}"), format!("guest{round}@contoso.example"));
            let mut copies = Vec::new();
            for _ in 0..20 {
                copies.push((admin.may::<InviteUsers>().await, draft(&email)));
            }
            let copies = copies.into_iter().map(|(auth, draft)| {
                auth.once(&key, draft, |auth, draft| async move { invitations::invite(&auth, draft).await })
            });
            let answers: Vec<InvitationId> = join_all(copies).await.into_iter().map(Result::unwrap).collect();
            assert!(answers.iter().all(|id| *id == answers[0]), "{answers:?}");
            let other = admin.may::<InviteUsers>().await.once(&key, draft("eve@contoso.example"), |auth, draft| async move {
                invitations::invite(&auth, draft).await
            });
            assert_eq!(fault(other.await), Conflict::SentDifferently.into());
        }
        let invited = sql!("select count(*) from invitations");
        assert_eq!(count(&db, invited).await, i64::from(rounds(20, 200)));
        let sent = sql!("select count(*) from audit_events where name = 'invitation.sent'");
        assert_eq!(count(&db, sent).await, i64::from(rounds(20, 200)));
    }

    async fn f27_a_form_is_known_for_a_day_and_to_its_sender_alone(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (key, email) = ("0123456789abcdef", "guest@contoso.example");
        stage.add(stage.contoso, "bo@contoso.example", "super-admin").await.unwrap();
        let send = async |who: &crate::stage::Person<'_>, key: &str| {
            let auth = who.may::<InviteUsers>().await;
            auth.once(key, draft(email), |auth, draft| async move { invitations::invite(&auth, draft).await }).await
        };
        let (ada, bo) = (stage.sign_in(ADA).await, stage.sign_in("bo@contoso.example").await);
        let id = send(&ada, key).await.unwrap();
        assert_eq!(send(&ada, key).await.unwrap(), id);
        for (who, key) in [(&bo, key), (&ada, "another-key-of-ada")] {
            assert_eq!(reason(send(who, key).await, "email"), Reason::AlreadyInvited);
        }
        // Done, but not by a use case that says what it answers: told so, and not done again.
        let mut tx = db.begin().await.unwrap();
        tx.execute(sql!("update submissions set answer = null"), args![]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(fault(send(&ada, key).await), Conflict::SentAlready.into());

        let services = &stage.cloud.services;
        stage.cloud.clock.advance(access::submissions::KEPT);
        assert_eq!(access::submissions::purge(services).await.unwrap(), 0);
        stage.cloud.clock.advance(Duration::SECOND);
        assert_eq!(access::submissions::purge(services).await.unwrap(), 1);
        let ada = stage.sign_in(ADA).await;
        assert_eq!(reason(send(&ada, key).await, "email"), Reason::AlreadyInvited);
    }

    async fn f28_race_for_the_confirmation_of_a_registration(db: TestDb) {
        let stage = Stage::open(&db).await;
        Operator::open(&stage).await;
        for round in 1..=rounds(10, 1000) {
            stage.cloud.clock.advance(Duration::HOUR);
            let email = format!("eva.lund{round}@northwind.example");
            stage.register(1, RegistrationDraft { email: email.clone(), ..crate::registrations::draft() }).await.unwrap();
            stage.work().await;
            let token = token(&stage, &email).await;
            let racers = (0..RACERS).map(|host| (visitor(&stage, host), token.clone()));
            let racers = racers.map(|(visitor, token)| async move { registrations::confirm(&visitor, &token).await });
            one_wins(join_all(racers).await, &Conflict::RegistrationLinkOver.into());
        }
        let confirmed = sql!("select count(*) from audit_events where name = 'registration.confirmed'");
        assert_eq!(count(&db, confirmed).await, i64::from(rounds(10, 1000)));
    }

    async fn f28_race_for_a_new_password(db: TestDb) {
        let stage = Stage::open(&db).await;
        let racers = if is_full() { RACERS_WHO_HASH } else { RACERS };
        for round in 1..=rounds(1, 1000) {
            stage.cloud.clock.advance(Duration::HOUR);
            let link = stage.token(1).await;
            let tries = (0..racers).map(|host| {
                let draft = ResetDraft { token: link.clone(), password: format!("{round} loaves for every day {host}") };
                (visitor(&stage, host), draft)
            });
            let tries = tries.map(|(visitor, draft)| async move { passwords::reset(&visitor, draft).await });
            let outcomes = join_all(tries).await;
            let won: Vec<usize> = (0..outcomes.len()).filter(|host| outcomes[*host].is_ok()).collect();
            one_wins(outcomes, &Conflict::ResetLinkOver.into());
            if round == 1 {
                stage.try_sign_in(ADA, &format!("1 loaves for every day {}", won[0])).await.unwrap();
            }
        }
        let done = sql!("select count(*) from audit_events where name = 'user.password_reset'");
        assert_eq!(count(&db, done).await, i64::from(rounds(1, 1000)));
    }

    async fn f28_race_for_an_invitation_that_is_declined(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in(ADA).await;
        let invite: Authorized<InviteUsers> = admin.may().await;
        for round in 1..=rounds(10, 1000) {
            stage.cloud.clock.advance(Duration::minutes(3));
            let email = format!("guest{round}@contoso.example");
            invitations::invite(&invite, draft(&email)).await.unwrap();
            let token = token(&stage, &email).await;
            let racers = (0..RACERS).map(|host| (visitor(&stage, host), token.clone()));
            let racers = racers.map(|(visitor, token)| async move { invitations::decline(&visitor, &token).await });
            one_wins(join_all(racers).await, &Conflict::InvitationOver.into());
        }
    }

    /// Each signs in at the provider for a sign-in of their own; all of these end the same invitation.
    async fn f28_race_for_an_invitation_that_is_accepted_at_the_provider(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = saml::provider();
        let (admin, _) = saml::active(&stage, &idp).await;
        let invite: Authorized<InviteUsers> = admin.may().await;
        for round in 1..=rounds(2, 1000) {
            stage.cloud.clock.advance(Duration::minutes(3));
            let email = format!("guest{round}@contoso.example");
            invitations::invite(&invite, draft(&email)).await.unwrap();
            let token = token(&stage, &email).await;
            let mut begun = Vec::new();
            for host in 0..RACERS {
                let draft = AcceptDraft { token: token.clone(), first_name: "Ada".to_owned(), ..AcceptDraft::default() };
                match invitations::accept(&visitor(&stage, host), draft, None, None).await.unwrap() {
                    Accepted::AtProvider(one) => begun.push(one),
                    Accepted::Joined(_) => panic!("without a password"),
                }
            }
            let racers = begun.iter().zip(0_u8..).map(|(begun, host)| {
                let asked = asked(&begun.url);
                let person = SamlPerson { assertion: format!("_{round}-{host}"), ..SamlPerson::new(&email, &email) };
                let response = idp.answer(&asked, &person, stage.cloud.services.now());
                let visitor = visitor(&stage, host);
                async move { federated::answer(&visitor, Some(&begun.browser), &asked.relay_state, response).await.unwrap() }
            });
            let ended = join_all(racers).await;
            assert_eq!(ended.iter().filter(|ended| matches!(ended, Ended::SignedIn { .. })).count(), 1, "{ended:?}");
            assert!(ended.iter().all(|ended| !matches!(ended, Ended::Refused(why) if *why != Refused::Invitation)), "{ended:?}");
        }
        let joined = sql!("select count(*) from users where email like 'guest%'");
        assert_eq!(count(&db, joined).await, i64::from(rounds(2, 1000)));
    }

    async fn f28_race_for_the_request_of_a_sign_in(db: TestDb) {
        let stage = Stage::open(&db).await;
        let idp = saml::provider();
        saml::active(&stage, &idp).await;
        saml::ada(&stage).await;
        for round in 1..=rounds(2, 1000) {
            stage.cloud.clock.advance(Duration::minutes(3));
            let before = saml::sessions(&db).await;
            let begun = saml::begun(&stage, saml::ADA).await;
            let asked = asked(&begun.url);
            let person = SamlPerson { assertion: format!("_{round}"), ..saml::at_provider() };
            let response = idp.answer(&asked, &person, stage.cloud.services.now());
            let racers = (0..RACERS).map(|host| {
                let visitor = visitor(&stage, host);
                let (browser, asked, response) = (&begun.browser, &asked, response.clone());
                async move { federated::answer(&visitor, Some(browser), &asked.relay_state, response).await.unwrap() }
            });
            let ended = join_all(racers).await;
            assert_eq!(ended.iter().filter(|ended| matches!(ended, Ended::SignedIn { .. })).count(), 1);
            assert!(ended.iter().all(|ended| !matches!(ended, Ended::Refused(why) if *why != Refused::Unknown)));
            assert_eq!(saml::sessions(&db).await, before + 1);
        }
    }

    async fn f29_whatever_happens_to_an_invitation_at_once_happened_in_some_order(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in(ADA).await;
        let invite: Authorized<InviteUsers> = admin.may().await;
        for round in 1..=rounds(40, 1000) {
            // Past the days of all earlier ones: what ends in this round ends nothing else.
            stage.cloud.clock.advance(Duration::days(31));
            invitations::purge(&stage.cloud.services).await.unwrap();
            let mut dice = Dice::new(u64::from(round));
            let case = Case::open(&stage, &invite, round, &mut dice).await;
            let steps: Vec<Step> = (0..2 + dice.below(4)).map(|_| dice.one(&STEPS)).collect();
            let taken = steps.iter().zip(0_u8..).map(|(step, host)| case.take(*step, host));
            let results = join_all(taken).await;
            let seen = (results, case.end(&db).await);
            let model = |steps: &[Step]| {
                let mut model = Model::default();
                let results = steps.iter().map(|step| model.take(*step)).collect();
                (results, model.end())
            };
            assert!(is_serial(&steps, &seen, model), "round {round}: {steps:?} gave {seen:?}");
        }
    }

    async fn f29_however_a_registration_is_decided_it_is_decided_once(db: TestDb) {
        let stage = Stage::open(&db).await;
        let operator = Operator::open(&stage).await;
        let auth: Authorized<DecideRegistrations> = operator.may().await;
        for round in 1..=rounds(20, 1000) {
            stage.cloud.clock.advance(Duration::HOUR);
            let mut dice = Dice::new(u64::from(round));
            let email = format!("eva.lund{round}@northwind.example");
            stage.register(1, RegistrationDraft { email: email.clone(), ..crate::registrations::draft() }).await.unwrap();
            stage.work().await;
            let link = token(&stage, &email).await;
            let id = sql!("select id from registrations where email = $1");
            let id: uuid::Uuid = db.read().await.unwrap().scalar(id, args![email.clone()]).await.unwrap();
            let id = RegistrationId::from(id);
            let steps: Vec<Decision> = (0..2 + dice.below(3)).map(|_| dice.one(&DECISIONS)).collect();
            let taken = steps.iter().zip(0_u8..).map(|(step, host)| {
                let (visitor, link, auth, id, name) = (visitor(&stage, host), &link, &auth, id.to_string(), format!("Northwind {round}"));
                async move {
                    match step {
                        Decision::Confirm => registrations::confirm(&visitor, link).await.is_ok(),
                        Decision::Approve => registrations::decisions::approve(auth, ApproveDraft { id, name }).await.is_ok(),
                        Decision::Refuse => registrations::decisions::refuse(auth, RefuseDraft { id, reason: "no".to_owned() }).await.is_ok(),
                    }
                }
            });
            let results = join_all(taken).await;
            let state = sql!("select state from registrations where id = $1");
            let state: String = db.read().await.unwrap().scalar(state, args![id]).await.unwrap();
            let made = sql!("select count(*) from users where email = $1 and state = 'active'");
            let made: i64 = db.read().await.unwrap().scalar(made, args![email]).await.unwrap();
            let seen = (results, (state, made));
            let model = |steps: &[Decision]| {
                let mut state = "asked";
                let mut take = |step: &Decision| {
                    let (from, to) = match step {
                        Decision::Confirm => ("asked", "confirmed"),
                        Decision::Approve => ("confirmed", "approved"),
                        Decision::Refuse => ("confirmed", "refused"),
                    };
                    let done = state == from;
                    if done {
                        state = to;
                    }
                    done
                };
                let results: Vec<bool> = steps.iter().map(&mut take).collect();
                (results, (state.to_owned(), i64::from(state == "approved")))
            };
            assert!(is_serial(&steps, &seen, model), "round {round}: {steps:?} gave {seen:?}");
        }
    }

    async fn f31_race_of_two_super_admins_who_remove_each_other(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (ann, bo) = ("ann@contoso.example", "bo@contoso.example");
        let ids = [stage.add(stage.contoso, ann, "super-admin").await.unwrap(), stage.add(stage.contoso, bo, "super-admin").await.unwrap()];
        let acting = stage.operator().within(stage.contoso);
        users::set_state(&acting, ADA, UserState::Deactivated).await.unwrap();
        // Both were let in before either change was made, and stay so: a proof is about the moment that it was made in.
        let (a, b) = (stage.sign_in(ann).await, stage.sign_in(bo).await);
        let proofs: [Authorized<ChangeUserRoles>; 2] = [a.may().await, b.may().await];
        for round in 0..rounds(50, 1000) {
            let [first, second] = &proofs;
            let outcomes = match round % 3 {
                0 => tokio::join!(users::remove_role(first, super_admin(ids[1])), users::remove_role(second, super_admin(ids[0]))),
                1 => tokio::join!(users::deactivate(first, ids[1]), users::deactivate(second, ids[0])),
                _ => tokio::join!(users::remove_role(first, super_admin(ids[1])), users::deactivate(second, ids[0])),
            };
            let won = [outcomes.0.is_ok(), outcomes.1.is_ok()];
            assert_ne!(won[0], won[1], "round {round}: {outcomes:?}");
            let left = sql!(
                "select count(*) from users u join user_roles r on r.user_id = u.id
                 where u.email in ('ann@contoso.example', 'bo@contoso.example') and u.state = 'active' and r.role = 'super-admin'"
            );
            assert_eq!(count(&db, left).await, 1, "round {round}");
            let (winner, loser) = if won[0] { (0, 1) } else { (1, 0) };
            if round == 0 {
                // Whoever was deactivated has no session left.
                let (in_, out) = if won[0] { (&a, &b) } else { (&b, &a) };
                assert_eq!(fault(stage.cloud.authorize::<PortalSignedIn>(&out.token).await.map(drop)), Fault::SignIn);
                stage.cloud.authorize::<PortalSignedIn>(&in_.token).await.unwrap();
            }
            // Everything as before, for the next round.
            users::restore(&proofs[winner], ids[loser]).await.unwrap();
            let role = RoleDraft { told: false, ..super_admin(ids[loser]) };
            // A role that was removed comes back by hand; one that somebody was deactivated with is still there.
            let _held = users::add_role(&proofs[winner], role).await;
            stage.cloud.clock.advance(Duration::minutes(5));
        }
    }
}

fn super_admin(user: UserId) -> RoleDraft {
    RoleDraft {
        user: user.to_string(),
        role: "super-admin".to_owned(),
        told: true,
    }
}

#[derive(Clone, Copy, Debug)]
enum Decision {
    Confirm,
    Approve,
    Refuse,
}

const DECISIONS: [Decision; 4] = [
    Decision::Confirm,
    Decision::Approve,
    Decision::Approve,
    Decision::Refuse,
];

/// What can happen to an invitation.
#[derive(Clone, Copy, Debug)]
enum Step {
    Accept,
    Decline,
    /// By a link that another one has replaced.
    AcceptByTheOld,
    /// Without a link: by what a broken caller sends.
    AcceptByNothing,
    Resend,
    Cancel,
    /// Thirty days go by.
    Wait,
    /// What is over is cleared away.
    Purge,
}

const STEPS: [Step; 11] = [
    Step::Accept,
    Step::Accept,
    Step::Accept,
    Step::Decline,
    Step::AcceptByTheOld,
    Step::AcceptByNothing,
    Step::Resend,
    Step::Cancel,
    Step::Cancel,
    Step::Wait,
    Step::Purge,
];

/// An open invitation, whose link was replaced once.
struct Case<'a> {
    stage: &'a Stage,
    invite: &'a Authorized<InviteUsers>,
    id: InvitationId,
    email: String,
    old: String,
    link: String,
    nothing: &'static str,
}

impl<'a> Case<'a> {
    async fn open(
        stage: &'a Stage,
        invite: &'a Authorized<InviteUsers>,
        round: u32,
        dice: &mut Dice,
    ) -> Self {
        let email = format!("guest{round}@contoso.example");
        let id = invitations::invite(invite, draft(&email)).await.unwrap();
        let old = token(stage, &email).await;
        invitations::resend(invite, id).await.unwrap();
        let link = token(stage, &email).await;
        Self {
            stage,
            invite,
            id,
            email,
            old,
            link,
            nothing: dice.one(&["", "[]", "null", "0", "%00", "\0"]),
        }
    }

    /// Whether the step was done.
    async fn take(&self, step: Step, host: u8) -> bool {
        let visitor = visitor(self.stage, host);
        let accept = |token: &str| {
            let draft = AcceptDraft {
                token: token.to_owned(),
                password: PASSWORD.to_owned(),
                ..AcceptDraft::default()
            };
            let visitor = visitor.clone();
            async move { invitations::accept(&visitor, draft, None, None).await.is_ok() }
        };
        match step {
            Step::Accept => accept(&self.link).await,
            Step::AcceptByTheOld => accept(&self.old).await,
            Step::AcceptByNothing => accept(self.nothing).await,
            Step::Decline => invitations::decline(&visitor, &self.link).await.is_ok(),
            Step::Resend => invitations::resend(self.invite, self.id).await.is_ok(),
            Step::Cancel => invitations::cancel(self.invite, self.id).await.is_ok(),
            Step::Wait => {
                tokio::task::yield_now().await;
                self.stage.cloud.clock.advance(Duration::days(30));
                true
            }
            Step::Purge => invitations::purge(&self.stage.cloud.services).await.is_ok(),
        }
    }

    /// What it has become, and whether there is a user.
    async fn end(&self, db: &TestDb) -> (String, bool) {
        let mut tx = db.read().await.unwrap();
        let state = sql!("select state from invitations where id = $1");
        let state: String = tx.scalar(state, args![self.id]).await.unwrap();
        let user = sql!("select count(*) from users where email = $1");
        let users: i64 = tx.scalar(user, args![self.email]).await.unwrap();
        let sessions =
            sql!("select count(*) from sessions s join users u on u.id = s.holder where u.email = $1");
        let sessions: i64 = tx.scalar(sessions, args![self.email]).await.unwrap();
        assert_eq!(users, sessions, "a user is made together with a session");
        assert!(users <= 1);
        (state, users == 1)
    }
}

/// What the rules say of one step after the other.
struct Model {
    state: InvitationState,
    late: bool,
    /// Whether the link that everybody holds is still the newest.
    newest: bool,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            state: InvitationState::Pending,
            late: false,
            newest: true,
        }
    }
}

impl Model {
    fn take(&mut self, step: Step) -> bool {
        let open = self.state == InvitationState::Pending && !self.late;
        match step {
            Step::Accept => self.become_if(open && self.newest, InvitationState::Accepted),
            Step::Decline => self.become_if(open && self.newest, InvitationState::Declined),
            Step::AcceptByTheOld | Step::AcceptByNothing => false,
            Step::Cancel => self.become_if(open, InvitationState::Cancelled),
            Step::Resend => {
                if open {
                    self.newest = false;
                }
                open
            }
            Step::Wait => {
                self.late = true;
                true
            }
            Step::Purge => {
                let over = self.state == InvitationState::Pending && self.late;
                self.become_if(over, InvitationState::Expired);
                true
            }
        }
    }

    fn become_if(&mut self, may: bool, state: InvitationState) -> bool {
        if may {
            self.state = state;
        }
        may
    }

    fn end(&self) -> (String, bool) {
        (
            self.state.key().to_owned(),
            self.state == InvitationState::Accepted,
        )
    }
}
