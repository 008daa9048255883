//! F29: what happens to one thing at once has happened in some order.

use access::Authorized;
use domain::id::{InvitationId, RegistrationId};
use domain::invitation::{AcceptDraft, InvitationState};
use domain::permission::{DecideRegistrations, InviteUsers};
use domain::registration::{ApproveDraft, RefuseDraft, RegistrationDraft};
use futures::future::join_all;
use portal::{invitations, registrations};
use store::{Schema, args, sql};
use test_support::db::TestDb;
use test_support::db_test;
use test_support::rounds::{Dice, is_serial, rounds};
use time::Duration;

use super::{draft, token, visitor};
use crate::operators::Operator;
use crate::passwords::ADA;
use crate::stage::{PASSWORD, Stage};

db_test! {
    Schema::Cloud,

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
                let (visitor, link, auth, id, name) = (visitor(&stage.cloud.services, host), &link, &auth, id.to_string(), format!("Northwind {round}"));
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
        let visitor = visitor(&self.stage.cloud.services, host);
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
