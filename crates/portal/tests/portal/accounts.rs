use domain::account::AccountDraft;
use domain::permission::{ActivateOnboarding, PortalSignedIn, RegisterOsIdp};
use domain::user::{UserDraft, UserState};
use domain::{Conflict, Fault, Reason, Role};
use store::Schema;
use test_support::db_test;
use time::Duration;

use crate::stage::{PASSWORD, Stage, events, fault, reason};

db_test! {
    Schema::Cloud,

    async fn an_account_is_made_once_and_found_by_its_name(db: TestDb) {
        let stage = Stage::open(&db).await;
        let operator = stage.operator();
        let draft = |name: &str| AccountDraft { name: name.to_owned() };
        assert_eq!(reason(portal::accounts::create(&operator, draft(" contoso ")).await, "name"), Reason::Taken);
        assert_eq!(reason(portal::accounts::create(&operator, draft("")).await, "name"), Reason::Required);
        let third = portal::accounts::create(&operator, draft("Third Company")).await.unwrap();
        let found = portal::accounts::find_unscoped(&operator, "third  company").await.unwrap();
        assert_eq!(found, Some(third.clone()));
        assert_eq!(portal::accounts::find_unscoped(&operator, "fourth").await.unwrap(), None);
        let events = events(&db, "account.created").await;
        assert_eq!(events.len(), 3);
        assert!(events.iter().any(|event| event.2 == Some(third.id.into())));
    }

    async fn a_user_needs_a_free_address_a_role_and_a_good_password(db: TestDb) {
        let stage = Stage::open(&db).await;
        let acting = stage.operator().within(stage.contoso);
        let draft = |email: &str| UserDraft { email: email.to_owned(), roles: vec!["obs-admin".to_owned()], ..UserDraft::default() };
        portal::users::add(&acting, draft("obs@contoso.example"), PASSWORD).await.unwrap();
        // The address is taken in every account, whatever its spelling.
        let elsewhere = stage.operator().within(stage.fabrikam);
        assert_eq!(reason(portal::users::add(&elsewhere, draft("OBS@Contoso.example"), PASSWORD).await, "email"), Reason::Taken);
        let short = portal::users::add(&acting, draft("a@contoso.example"), "fourteen chars").await;
        assert_eq!(reason(short, "password"), Reason::TooShort { min: 15 });
        let common = portal::users::add(&acting, draft("a@contoso.example"), "PasswordPassword").await;
        assert_eq!(reason(common, "password"), Reason::CommonPassword);
        let company = portal::users::add(&acting, draft("a@contoso.example"), "Contoso-Contoso-2026").await;
        assert_eq!(reason(company, "password"), Reason::CommonPassword);
        let nobody = portal::users::add(&acting, UserDraft::default(), "short").await;
        let Fault::Invalid(invalid) = fault(nobody) else { panic!() };
        assert_eq!(invalid.fields.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), ["email", "roles", "password"]);
        assert_eq!(events(&db, "user.added").await.len(), 3);
    }

    async fn the_frame_knows_who_is_there(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let me = portal::users::me(&admin.may().await).await.unwrap();
        assert_eq!((me.email.as_str(), me.account.as_str(), me.roles.as_slice()), ("admin@contoso.example", "Contoso", &[Role::SuperAdmin][..]));
        assert!(!me.onboarding_active);
        portal::activation::activate(&admin.may().await).await.unwrap();
        assert!(portal::users::me(&admin.may().await).await.unwrap().onboarding_active);
    }

    async fn onboarding_is_activated_once_per_account(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let open = portal::activation::get(&admin.may::<PortalSignedIn>().await).await.unwrap();
        assert_eq!(open.active, None);
        let active = portal::activation::activate(&admin.may::<ActivateOnboarding>().await).await.unwrap();
        stage.cloud.clock.advance(Duration::MINUTE);
        let again = portal::activation::activate(&admin.may().await).await;
        assert_eq!(fault(again), Fault::from(Conflict::AlreadyActive));
        let shown = portal::activation::get(&admin.may().await).await.unwrap();
        assert_eq!(shown, active);
        assert_eq!(shown.active.unwrap().by, "admin@contoso.example");
        assert_eq!(events(&db, "onboarding.activated").await.len(), 1);

        let other = stage.sign_in("admin@fabrikam.example").await;
        assert_eq!(portal::activation::get(&other.may().await).await.unwrap().active, None);
        portal::activation::activate(&other.may().await).await.unwrap();
    }

    async fn who_is_deactivated_is_out_at_once_and_comes_back_only_by_signing_in(db: TestDb) {
        let stage = Stage::open(&db).await;
        stage.add(stage.contoso, "obs@contoso.example", "obs-admin").await.unwrap();
        let obs = stage.sign_in("obs@contoso.example").await;
        obs.may::<RegisterOsIdp>().await;
        let acting = stage.operator().within(stage.contoso);
        let foreign = stage.operator().within(stage.fabrikam);
        let wrong = portal::users::set_state(&foreign, "obs@contoso.example", UserState::Deactivated).await;
        assert_eq!(fault(wrong), Fault::NotFound);
        portal::users::set_state(&acting, "OBS@contoso.example", UserState::Deactivated).await.unwrap();
        assert_eq!(fault(stage.cloud.authorize::<PortalSignedIn>(&obs.token).await.map(drop)), Fault::SignIn);
        portal::users::set_state(&acting, "obs@contoso.example", UserState::Active).await.unwrap();
        assert_eq!(fault(stage.cloud.authorize::<PortalSignedIn>(&obs.token).await.map(drop)), Fault::SignIn);
        stage.sign_in("obs@contoso.example").await.may::<PortalSignedIn>().await;
        assert_eq!(events(&db, "user.state_changed").await.len(), 2);
    }
}
