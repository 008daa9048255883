use access::{Result, SessionToken, Visitor};
use domain::permission::{ChangeUserRoles, PortalSignedIn, RequireSecondFactor, ViewUsers};
use domain::second_factor::{CodeDraft, RECOVERY_CODES, RequirementDraft, SetUp, Step};
use domain::sign_in::SignInDraft;
use domain::{Cloud, Conflict, Fault, Reason, Role};
use portal::second_factor::{self, sign_in::Finished};
use portal::sign_in::SignedIn;
use store::{Schema, args, sql};
use test_support::db_test;
use test_support::services::client;
use time::Duration;
use totp_rs::{Algorithm, Builder, Totp};

use crate::passwords::{ADA, NEW};
use crate::stage::{PASSWORD, Person, Stage, events, fault};

const STEP: Duration = Duration::seconds(30);

pub fn code(text: &str) -> CodeDraft {
    CodeDraft {
        code: text.to_owned(),
    }
}

fn wrong() -> Fault {
    Fault::field("code", Reason::WrongCode)
}

/// The authenticator app of somebody who has typed the key in.
pub struct App(Totp);

impl App {
    fn new(shown: &SetUp) -> Self {
        let address = shown.address.as_str();
        let app = Totp::from_url(address).unwrap();
        assert_eq!(
            (app.algorithm(), app.digits(), app.step()),
            (Algorithm::SHA1, 6, 30)
        );
        let typed = shown.key.replace('-', "");
        assert!(address.contains(&format!("secret={typed}")), "{address} {typed}");
        let builder = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(30);
        Self(builder.with_secret(app.secret().clone()).build().unwrap())
    }

    pub fn code(&self, stage: &Stage) -> CodeDraft {
        let now = stage.cloud.services.now().unix_timestamp();
        code(&self.0.generate(u64::try_from(now).unwrap()).to_string())
    }
}

impl Stage {
    fn stranger(&self) -> Visitor<Cloud> {
        Visitor::new(&self.cloud.services, client(7))
    }

    /// Signs in with the password: the secret of the sign-in that waits.
    pub async fn held(&self, email: &str, password: &str) -> String {
        let draft = SignInDraft {
            user: email.to_owned(),
            password: password.to_owned(),
            next: "/users/overview".to_owned(),
        };
        match portal::sign_in::sign_in(&self.stranger(), draft).await.unwrap() {
            SignedIn::Held(secret) => secret.reveal().to_owned(),
            SignedIn::Done(..) | SignedIn::OneTime(..) => panic!("no code is asked for"),
        }
    }

    async fn finish(&self, held: &str, draft: CodeDraft) -> Result<Finished> {
        second_factor::sign_in::finish(&self.stranger(), held, draft).await
    }

    async fn may_sign_in(&self, token: &SessionToken) -> bool {
        self.cloud.authorize::<PortalSignedIn>(token).await.is_ok()
    }

    async fn demand(&self, roles: &[Role]) {
        let admin = self.sign_in(ADA).await;
        let roles = roles.iter().map(|role| role.key().to_owned()).collect();
        second_factor::require(
            &admin.may::<RequireSecondFactor>().await,
            RequirementDraft { roles },
        )
        .await
        .unwrap();
    }
}

/// Sets a second factor up: the app, and the recovery codes.
pub async fn set_up(stage: &Stage, person: &Person<'_>) -> (App, Vec<String>) {
    second_factor::offer(&person.may().await).await.unwrap();
    let shown = second_factor::offered(&person.may().await)
        .await
        .unwrap()
        .unwrap();
    let app = App::new(&shown);
    second_factor::confirm(&person.may().await, app.code(stage))
        .await
        .unwrap();
    let codes = second_factor::recovery_codes(&person.may().await).await.unwrap();
    stage.cloud.clock.advance(STEP);
    (app, codes)
}

db_test! {
    Schema::Cloud,

    async fn a_second_factor_is_set_up_and_asked_for(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ada = stage.sign_in(ADA).await;
        let (app, codes) = set_up(&stage, &ada).await;
        assert_eq!(codes.len(), RECOVERY_CODES);
        assert!(second_factor::offered(&ada.may().await).await.unwrap().is_none(), "the key is never shown again");
        let state = portal::my_account::get(&ada.may().await).await.unwrap().second_factor;
        assert!(state.since.is_some() && !state.required && state.recovery_codes == 10);

        let held = stage.held(ADA, PASSWORD).await;
        let step = second_factor::sign_in::step(&stage.stranger(), &held).await.unwrap();
        assert_eq!(step, Step::Code { user: ADA.to_owned() });
        let before = events(&db, "user.signed_in").await.len();
        assert_eq!(stage.finish(&held, code("000000")).await.err().unwrap().fault(), Some(&wrong()));
        let done = stage.finish(&held, app.code(&stage)).await.unwrap();
        assert!(stage.may_sign_in(&done.token).await && !done.set_up);
        assert_eq!(done.next, "/users/overview");
        assert_eq!(events(&db, "user.signed_in").await.len(), before + 1);
        let refused = events(&db, "user.sign_in_refused").await;
        assert!(refused.iter().any(|event| event.3.contains("wrong code")));

        stage.work().await;
        let mails = stage.cloud.outside.mails();
        assert!(mails.iter().any(|mail| mail.subject == "A second factor was set up"));
        assert!(mails.iter().all(|mail| codes.iter().all(|code| !mail.text.contains(code))));
        let kept: Vec<(Vec<u8>,)> = db.read().await.unwrap().all(sql!("select secret from second_factors"), args![]).await.unwrap();
        assert!(kept[0].0.windows(20).all(|part| part != app.0.secret().as_bytes()), "sealed");
    }

    async fn a_code_is_worth_one_sign_in(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ada = stage.sign_in(ADA).await;
        let (app, _) = set_up(&stage, &ada).await;
        let once = app.code(&stage);
        let (first, second) = (stage.held(ADA, PASSWORD).await, stage.held(ADA, PASSWORD).await);
        stage.finish(&first, once.clone()).await.unwrap();
        assert_eq!(fault(stage.finish(&second, once.clone()).await), wrong());
        // Neither is the sign-in that it ended good for another.
        stage.cloud.clock.advance(STEP);
        assert_eq!(fault(stage.finish(&first, app.code(&stage)).await), Conflict::SignInOver.into());
        assert_eq!(fault(stage.finish(&second, once).await), wrong());
        stage.finish(&second, app.code(&stage)).await.unwrap();
    }

    async fn a_recovery_code_is_worth_one_sign_in_and_is_told_of(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ada = stage.sign_in(ADA).await;
        let (app, codes) = set_up(&stage, &ada).await;
        stage.finish(&stage.held(ADA, PASSWORD).await, code(&codes[3].to_uppercase())).await.unwrap();
        let held = stage.held(ADA, PASSWORD).await;
        assert_eq!(fault(stage.finish(&held, code(&codes[3])).await), wrong());
        stage.finish(&held, code(&codes[4])).await.unwrap();
        stage.work().await;
        let mails = stage.cloud.outside.mails();
        let mut used = mails.iter().filter(|mail| mail.subject == "A recovery code was used");
        assert!(used.any(|mail| mail.text.contains("Codes left: 8")), "{mails:?}");

        second_factor::renew_recovery_codes(&ada.may().await, app.code(&stage)).await.unwrap();
        let new = second_factor::recovery_codes(&ada.may().await).await.unwrap();
        let held = stage.held(ADA, PASSWORD).await;
        assert_eq!(fault(stage.finish(&held, code(&codes[5])).await), wrong());
        stage.finish(&held, code(&new[5])).await.unwrap();
        stage.cloud.clock.advance(Duration::minutes(29));
        let ada = stage.sign_in_with(&app).await;
        assert_eq!(second_factor::recovery_codes(&ada.may().await).await.unwrap(), new);
        stage.cloud.clock.advance(Duration::MINUTE);
        assert!(second_factor::recovery_codes(&ada.may().await).await.unwrap().is_empty());
    }

    async fn five_codes_for_one_sign_in_and_fifteen_minutes(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ada = stage.sign_in(ADA).await;
        let (app, _) = set_up(&stage, &ada).await;
        let held = stage.held(ADA, PASSWORD).await;
        for _ in 0..4 {
            assert_eq!(fault(stage.finish(&held, code("000000")).await), wrong());
        }
        stage.finish(&held, app.code(&stage)).await.unwrap();
        stage.cloud.clock.advance(STEP);

        let held = stage.held(ADA, PASSWORD).await;
        for _ in 0..5 {
            assert_eq!(fault(stage.finish(&held, code("000000")).await), wrong());
        }
        assert_eq!(fault(stage.finish(&held, app.code(&stage)).await), Conflict::SignInOver.into());

        let late = stage.held(ADA, PASSWORD).await;
        stage.cloud.clock.advance(Duration::minutes(15) - Duration::MILLISECOND);
        second_factor::sign_in::step(&stage.stranger(), &late).await.unwrap();
        stage.cloud.clock.advance(Duration::MILLISECOND);
        assert_eq!(fault(stage.finish(&late, app.code(&stage)).await), Conflict::SignInOver.into());
    }

    async fn ten_codes_in_ten_minutes_for_one_user(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ada = stage.sign_in(ADA).await;
        let (app, _) = set_up(&stage, &ada).await;
        for _ in 0..2 {
            let held = stage.held(ADA, PASSWORD).await;
            for _ in 0..5 {
                assert_eq!(fault(stage.finish(&held, code("000000")).await), wrong());
            }
        }
        let held = stage.held(ADA, PASSWORD).await;
        assert!(matches!(fault(stage.finish(&held, app.code(&stage)).await), Fault::TooMany { .. }));
        stage.cloud.clock.advance(Duration::MINUTE);
        stage.finish(&held, app.code(&stage)).await.unwrap();
    }

    async fn a_waiting_sign_in_ends_with_the_password_and_with_the_access(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ada = stage.sign_in(ADA).await;
        let (app, _) = set_up(&stage, &ada).await;
        let held = stage.held(ADA, PASSWORD).await;
        let link = stage.token(1).await;
        stage.reset(&link, NEW).await.unwrap();
        assert_eq!(fault(stage.finish(&held, app.code(&stage)).await), Conflict::SignInOver.into());
        // A new password does not get past the second factor.
        stage.finish(&stage.held(ADA, NEW).await, app.code(&stage)).await.unwrap();
        for nothing in ["", "x", &"x".repeat(5000)] {
            assert_eq!(fault(stage.finish(nothing, app.code(&stage)).await), Conflict::SignInOver.into());
        }
    }

    async fn it_is_switched_off_by_whoever_has_it_unless_the_account_demands_it(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ada = stage.sign_in(ADA).await;
        assert_eq!(fault(second_factor::remove(&ada.may().await, code("000000")).await), Conflict::SecondFactorOff.into());
        let (app, _) = set_up(&stage, &ada).await;
        assert_eq!(fault(second_factor::offer(&ada.may().await).await), Conflict::SecondFactorOn.into());
        assert_eq!(fault(second_factor::remove(&ada.may().await, code("000000")).await), wrong());
        let roles = |roles: &[Role]| RequirementDraft { roles: roles.iter().map(|role| role.key().to_owned()).collect() };
        second_factor::require(&ada.may().await, roles(&[Role::SuperAdmin])).await.unwrap();
        assert_eq!(fault(second_factor::remove(&ada.may().await, app.code(&stage)).await), Conflict::SecondFactorRequired.into());
        second_factor::require(&ada.may().await, roles(&[Role::ObsAdmin])).await.unwrap();
        second_factor::remove(&ada.may().await, app.code(&stage)).await.unwrap();
        stage.sign_in(ADA).await;
        assert_eq!(events(&db, "user.second_factor_removed").await.len(), 1);
        let changes = events(&db, "account.second_factor_required").await;
        assert!(changes.iter().any(|change| change.3.contains("super-admin") && change.3.contains("obs-admin")));
    }

    async fn who_needs_one_sets_it_up_at_the_next_sign_in(db: TestDb) {
        let stage = Stage::open(&db).await;
        stage.add(stage.contoso, "obs@contoso.example", "obs-admin").await.unwrap();
        stage.add(stage.fabrikam, "obs@fabrikam.example", "obs-admin").await.unwrap();
        stage.demand(&[Role::ObsAdmin]).await;
        // Nobody else: not another role, not another account.
        stage.sign_in(ADA).await;
        stage.sign_in("obs@fabrikam.example").await;

        let held = stage.held("obs@contoso.example", PASSWORD).await;
        let Step::SetUp(shown) = second_factor::sign_in::step(&stage.stranger(), &held).await.unwrap() else { panic!("a set-up") };
        let app = App::new(&shown);
        assert_eq!(fault(stage.finish(&held, code("000000")).await), wrong());
        let done = stage.finish(&held, app.code(&stage)).await.unwrap();
        assert!(done.set_up && stage.may_sign_in(&done.token).await);
        let auth = stage.cloud.authorize(&done.token).await.unwrap();
        assert_eq!(second_factor::recovery_codes(&auth).await.unwrap().len(), RECOVERY_CODES);
        assert_eq!(events(&db, "user.second_factor_set_up").await.len(), 1);
        stage.cloud.clock.advance(STEP);
        let held = stage.held("obs@contoso.example", PASSWORD).await;
        assert!(matches!(second_factor::sign_in::step(&stage.stranger(), &held).await, Ok(Step::Code { .. })));
    }

    async fn only_a_super_admin_demands_and_everybody_who_sees_users_sees_it(db: TestDb) {
        let stage = Stage::open(&db).await;
        stage.add(stage.contoso, "account@contoso.example", "account-admin").await.unwrap();
        stage.demand(&[Role::SuperAdmin, Role::ObsAdmin]).await;
        let other = stage.sign_in("account@contoso.example").await;
        let seen = second_factor::requirement(&other.may::<ViewUsers>().await).await.unwrap();
        assert!(!seen.may_change && seen.roles == [Role::SuperAdmin, Role::ObsAdmin]);
        let refused = stage.cloud.authorize::<RequireSecondFactor>(&other.token).await;
        assert_eq!(fault(refused.map(drop)), Fault::Forbidden);
    }

    async fn a_lost_one_is_reset_by_whoever_may_change_the_user(db: TestDb) {
        let stage = Stage::open(&db).await;
        let id = stage.add(stage.contoso, "obs@contoso.example", "obs-admin").await.unwrap();
        let obs = stage.sign_in("obs@contoso.example").await;
        set_up(&stage, &obs).await;
        let ada = stage.sign_in(ADA).await;
        let stranger = stage.sign_in("admin@fabrikam.example").await;
        assert_eq!(fault(portal::users::reset_second_factor(&stranger.may::<ChangeUserRoles>().await, id).await), Fault::NotFound);
        portal::users::reset_second_factor(&ada.may().await, id).await.unwrap();
        assert!(!stage.may_sign_in(&obs.token).await);
        stage.sign_in("obs@contoso.example").await;
        assert_eq!(fault(portal::users::reset_second_factor(&ada.may().await, id).await), Conflict::SecondFactorOff.into());
        assert_eq!(events(&db, "user.second_factor_reset").await.len(), 1);
        stage.work().await;
        assert!(stage.cloud.outside.mails().iter().any(|mail| mail.subject == "Your second factor was reset"));
    }

    async fn what_nobody_comes_back_to_is_deleted(db: TestDb) {
        let stage = Stage::open(&db).await;
        stage.add(stage.contoso, "obs@contoso.example", "obs-admin").await.unwrap();
        let (ada, obs) = (stage.sign_in(ADA).await, stage.sign_in("obs@contoso.example").await);
        set_up(&stage, &ada).await;
        second_factor::offer(&obs.may().await).await.unwrap();
        stage.held(ADA, PASSWORD).await;
        portal::start(&stage.cloud.services).await.unwrap();
        stage.cloud.clock.advance(Duration::minutes(61));
        stage.work().await;
        let counts = sql!(
            "select (select count(*) from pending_sign_ins) * 100 + (select count(*) from second_factors) * 10
                + (select count(*) from second_factors where recovery is not null)"
        );
        let left: i64 = db.read().await.unwrap().scalar(counts, args![]).await.unwrap();
        assert_eq!(left, 10, "Ada's second factor, and nothing else");
    }
}

impl Stage {
    async fn sign_in_with(&self, app: &App) -> Person<'_> {
        let held = self.held(ADA, PASSWORD).await;
        let token = self.finish(&held, app.code(self)).await.unwrap().token;
        Person::new(self, token)
    }
}
