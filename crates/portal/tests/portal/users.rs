use access::Result;
use domain::id::UserId;
use domain::page::ListQuery;
use domain::people::{Active, Person, PersonId, RoleDraft};
use domain::permission::{PortalSignedIn, RegisterOsIdp, ViewUsers};
use domain::user::UserState;
use domain::{Conflict, Fault, Reason, Role};
use portal::users;
use store::Schema;
use test_support::db_test;
use time::Duration;
use uuid::Uuid;

use crate::stage::{Person as SignedIn, Stage, events, fault, reason};

fn role(user: UserId, role: &str) -> RoleDraft {
    RoleDraft {
        user: user.to_string(),
        role: role.to_owned(),
        told: false,
    }
}

fn told(user: UserId, role: &str) -> RoleDraft {
    RoleDraft {
        told: true,
        ..self::role(user, role)
    }
}

async fn row(who: &SignedIn<'_>, id: UserId) -> Person {
    let auth = who.may::<ViewUsers>().await;
    let rows = users::list(&auth, ListQuery::default()).await.unwrap().rows;
    let found = rows.iter().find(|row| row.id == PersonId::User(id));
    found.unwrap_or_else(|| panic!("{id} in {rows:?}")).clone()
}

async fn remove(who: &SignedIn<'_>, draft: RoleDraft) -> Result<()> {
    users::remove_role(&who.may().await, draft).await
}

async fn add(who: &SignedIn<'_>, draft: RoleDraft) -> Result<()> {
    users::add_role(&who.may().await, draft).await
}

const ADA: &str = "ada@contoso.example";

db_test! {
    Schema::Cloud,

    async fn a_role_takes_effect_with_the_next_request(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let id = stage.add(stage.contoso, ADA, "ums-admin").await.unwrap();
        let ada = stage.sign_in(ADA).await;
        let may = async || stage.cloud.authorize::<RegisterOsIdp>(&ada.token).await.map(drop);
        assert_eq!(fault(may().await), Fault::Forbidden);
        add(&admin, role(id, "obs-admin")).await.unwrap();
        may().await.unwrap();
        assert_eq!(reason(add(&admin, role(id, "obs-admin")).await, "role"), Reason::RoleHeld);
        assert_eq!(row(&admin, id).await.roles, [Role::ObsAdmin, Role::UmsAdmin]);
        remove(&admin, role(id, "obs-admin")).await.unwrap();
        assert_eq!(fault(may().await), Fault::Forbidden);
        ada.may::<PortalSignedIn>().await;
        assert_eq!(reason(remove(&admin, role(id, "obs-admin")).await, "role"), Reason::RoleNotHeld);

        let added = events(&db, "user.role_added").await;
        assert_eq!((added[0].0.as_str(), added[0].1.as_str(), added[0].2), ("admin@contoso.example", ADA, Some(stage.contoso.into())));
        assert_eq!(added[0].3, r#"{"roles":{"new":["obs-admin","ums-admin"],"old":["ums-admin"]}}"#);
        let removed = events(&db, "user.role_removed").await;
        assert_eq!(removed[0].3, r#"{"roles":{"new":["ums-admin"],"old":["obs-admin","ums-admin"]}}"#);
    }

    async fn removing_the_last_role_deactivates_and_says_so_before(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let id = stage.add(stage.contoso, ADA, "support-manager").await.unwrap();
        let ada = stage.sign_in(ADA).await;
        assert_eq!(reason(remove(&admin, role(id, "support-manager")).await, "role"), Reason::LastRole);
        assert_eq!(row(&admin, id).await.active, Active::Yes);
        ada.may::<PortalSignedIn>().await;

        remove(&admin, told(id, "support-manager")).await.unwrap();
        assert_eq!(fault(stage.cloud.authorize::<PortalSignedIn>(&ada.token).await.map(drop)), Fault::SignIn);
        let gone = row(&admin, id).await;
        assert_eq!((gone.active, gone.roles.as_slice(), gone.days_left), (Active::No, &[][..], Some(30)));
        let event = events(&db, "user.role_removed").await.remove(0);
        assert!(event.3.contains(r#""state":{"new":"deactivated","old":"active"}"#), "{}", event.3);
        // Roles are for users with access.
        assert_eq!(reason(add(&admin, role(id, "obs-admin")).await, "user"), Reason::NotAChoice);
        users::restore(&admin.may().await, id).await.unwrap();
        add(&admin, role(id, "obs-admin")).await.unwrap();
        // With two roles there is nothing to be told.
        add(&admin, role(id, "ums-admin")).await.unwrap();
        remove(&admin, role(id, "ums-admin")).await.unwrap();
        assert_eq!(row(&admin, id).await.active, Active::Yes);
    }

    async fn deactivating_ends_sessions_and_restoring_brings_the_roles_back(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let id = stage.add(stage.contoso, ADA, "obs-admin").await.unwrap();
        let ada = stage.sign_in(ADA).await;
        users::deactivate(&admin.may().await, id).await.unwrap();
        assert_eq!(fault(stage.cloud.authorize::<PortalSignedIn>(&ada.token).await.map(drop)), Fault::SignIn);
        assert!(stage.try_sign_in(ADA, crate::stage::PASSWORD).await.is_err());
        assert_eq!(fault(users::deactivate(&admin.may().await, id).await), Conflict::Stale.into());
        users::restore(&admin.may().await, id).await.unwrap();
        assert_eq!(fault(users::restore(&admin.may().await, id).await), Conflict::Stale.into());
        // An ended session stays ended.
        assert_eq!(fault(stage.cloud.authorize::<PortalSignedIn>(&ada.token).await.map(drop)), Fault::SignIn);
        stage.sign_in(ADA).await.may::<RegisterOsIdp>().await;
        for (name, change) in [
            ("user.deactivated", r#"{"state":{"new":"deactivated","old":"active"}}"#),
            ("user.restored", r#"{"state":{"new":"active","old":"deactivated"}}"#),
        ] {
            assert_eq!(events(&db, name).await[0].3, change);
        }
    }

    async fn thirty_days_later_the_user_is_gone_and_the_trail_stays(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let (ada, bo) = (
            stage.add(stage.contoso, ADA, "obs-admin").await.unwrap(),
            stage.add(stage.contoso, "bo@contoso.example", "obs-admin").await.unwrap(),
        );
        for id in [ada, bo] {
            users::deactivate(&admin.may().await, id).await.unwrap();
        }
        stage.cloud.clock.advance(Duration::days(30) - Duration::SECOND);
        assert_eq!(users::purge(&stage.cloud.services).await.unwrap(), 0);
        let admin = stage.sign_in("admin@contoso.example").await;
        assert_eq!(row(&admin, bo).await.days_left, Some(1));
        users::restore(&admin.may().await, bo).await.unwrap();
        stage.cloud.clock.advance(Duration::SECOND);
        // Not even before the row is cleared away.
        assert_eq!(fault(users::restore(&admin.may().await, ada).await), Conflict::Stale.into());
        assert_eq!(users::purge(&stage.cloud.services).await.unwrap(), 1);
        assert_eq!(fault(users::restore(&admin.may().await, ada).await), Fault::NotFound);
        row(&admin, bo).await;
        assert_eq!(events(&db, "user.deactivated").await.len(), 2);
        assert_eq!(events(&db, "user.purged").await[0].1, ADA);
        stage.add(stage.contoso, ADA, "ums-admin").await.unwrap();
    }

    async fn nobody_changes_themselves(db: TestDb) {
        let stage = Stage::open(&db).await;
        let id = stage.add(stage.contoso, ADA, "super-admin").await.unwrap();
        let ada = stage.sign_in(ADA).await;
        let own: Fault = Conflict::OwnUser.into();
        assert_eq!(fault(add(&ada, role(id, "obs-admin")).await), own);
        assert_eq!(fault(remove(&ada, told(id, "super-admin")).await), own);
        assert_eq!(fault(users::deactivate(&ada.may().await, id).await), own);
        assert_eq!(fault(users::restore(&ada.may().await, id).await), own);
        let found = users::holders(&ada.may().await, String::new(), Some(id)).await.unwrap();
        assert!(found.users.iter().all(|user| user.id != id) && found.users.len() == 1);
        let admin = stage.sign_in("admin@contoso.example").await;
        remove(&admin, told(id, "super-admin")).await.unwrap();
    }

    async fn only_a_super_admin_touches_super_admins(db: TestDb) {
        let stage = Stage::open(&db).await;
        let id = stage.add(stage.contoso, ADA, "obs-admin").await.unwrap();
        let second = stage.add(stage.contoso, "second@contoso.example", "super-admin").await.unwrap();
        stage.add(stage.contoso, "account@contoso.example", "account-admin").await.unwrap();
        let account = stage.sign_in("account@contoso.example").await;
        assert_eq!(reason(add(&account, role(id, "super-admin")).await, "role"), Reason::OnlySuperAdmin);
        assert_eq!(reason(remove(&account, told(second, "super-admin")).await, "role"), Reason::OnlySuperAdmin);
        assert_eq!(fault(users::deactivate(&account.may().await, second).await), Fault::Forbidden);
        add(&account, role(id, "account-admin")).await.unwrap();
        let admin = stage.sign_in("admin@contoso.example").await;
        add(&admin, role(id, "super-admin")).await.unwrap();
        users::deactivate(&admin.may().await, second).await.unwrap();
        assert_eq!(fault(users::restore(&account.may().await, second).await), Fault::Forbidden);
        users::restore(&admin.may().await, second).await.unwrap();
    }

    async fn the_last_super_admin_stays(db: TestDb) {
        let stage = Stage::open(&db).await;
        let acting = stage.operator().within(stage.contoso);
        for state in [UserState::Deactivated, UserState::Pending] {
            let refused = users::set_state(&acting, "admin@contoso.example", state).await;
            assert_eq!(fault(refused), Conflict::LastSuperAdmin.into());
        }
        stage.sign_in("admin@contoso.example").await;
        let id = stage.add(stage.contoso, ADA, "super-admin").await.unwrap();
        users::set_state(&acting, "admin@contoso.example", UserState::Deactivated).await.unwrap();
        // One of another account, or one without access, does not count.
        let refused = users::set_state(&acting, ADA, UserState::Deactivated).await;
        assert_eq!(fault(refused), Conflict::LastSuperAdmin.into());
        stage.sign_in(ADA).await;
        assert_ne!(id, UserId::from(Uuid::nil()));
    }

    async fn a_user_of_another_account_is_not_there(db: TestDb) {
        let stage = Stage::open(&db).await;
        let id = stage.add(stage.contoso, ADA, "obs-admin").await.unwrap();
        let other = stage.sign_in("admin@fabrikam.example").await;
        for id in [id, UserId::from(Uuid::from_u128(7))] {
            assert_eq!(fault(add(&other, role(id, "ums-admin")).await), Fault::NotFound);
            assert_eq!(fault(remove(&other, told(id, "obs-admin")).await), Fault::NotFound);
            assert_eq!(fault(users::deactivate(&other.may().await, id).await), Fault::NotFound);
            assert_eq!(fault(users::restore(&other.may().await, id).await), Fault::NotFound);
            assert_eq!(fault(users::holder(&other.may().await, id).await), Fault::NotFound);
            let found = users::holders(&other.may().await, String::new(), Some(id)).await.unwrap();
            assert!(found.users.is_empty());
        }
        let admin = stage.sign_in("admin@contoso.example").await;
        assert_eq!(users::holder(&admin.may().await, id).await.unwrap().email, ADA);
        add(&admin, role(id, "ums-admin")).await.unwrap();
    }

    async fn users_to_choose_from_are_searched(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let ada = stage.add(stage.contoso, ADA, "obs-admin").await.unwrap();
        let bo = stage.add(stage.contoso, "bo@contoso.example", "obs-admin").await.unwrap();
        let gone = stage.add(stage.contoso, "gone@contoso.example", "obs-admin").await.unwrap();
        users::deactivate(&admin.may().await, gone).await.unwrap();
        let ids = async |search: &str, chosen: Option<UserId>| {
            let found = users::holders(&admin.may().await, search.to_owned(), chosen).await.unwrap();
            assert!(!found.more);
            found.users.iter().map(|user| user.id).collect::<Vec<_>>()
        };
        assert_eq!(ids("", None).await, [ada, bo]);
        assert_eq!(ids("ada", None).await, [ada]);
        assert_eq!(ids("ada", Some(bo)).await, [bo, ada]);
        assert_eq!(ids("ada", Some(gone)).await, [ada]);
    }

    async fn somebody_who_left_is_invited_again_and_is_the_same_user(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let id = stage.add(stage.contoso, ADA, "obs-admin").await.unwrap();
        users::deactivate(&admin.may().await, id).await.unwrap();
        let draft = domain::invitation::InvitationDraft {
            email: ADA.to_owned(),
            role: "ums-admin".to_owned(),
            ..Default::default()
        };
        portal::invitations::invite(&admin.may().await, draft).await.unwrap();
        portal::mails::jobs(access::jobs::Jobs::default()).run_due(&stage.cloud.services).await.unwrap();
        let mail = stage.cloud.outside.mails().pop().unwrap();
        let token = mail.text.split("token=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        let draft = domain::invitation::AcceptDraft {
            token,
            password: "another loaf at eight".to_owned(),
            ..Default::default()
        };
        let visitor = access::Visitor::new(&stage.cloud.services, test_support::services::client(9));
        portal::invitations::accept(&visitor, draft, None, None).await.unwrap();
        let back = row(&admin, id).await;
        assert_eq!((back.active, back.roles.as_slice()), (Active::Yes, &[Role::UmsAdmin][..]));
        stage.try_sign_in(ADA, "another loaf at eight").await.unwrap();
    }
}
