//! F30: whoever saves has seen what they replace, and nothing that was saved is lost.

use access::{Result, Services};
use domain::account::AccountEditDraft;
use domain::id::{OsIdpId, RoutingId, SamlIdpId, UmsInstanceId};
use domain::os_idp::OsIdpDraft;
use domain::os_idp_change::OsIdpNameDraft;
use domain::people::RoleDraft;
use domain::permission::{
    ChangeUserRoles, EditAccount, EditRouting, EditUmsInstance, ManageSamlIdps, RenameOsIdp, ViewAccount,
    ViewOsIdps, ViewRouting, ViewUmsInstances,
};
use domain::routing_change;
use domain::saml_idp::SamlPlaceDraft;
use domain::ums_instance::{UmsInstanceDraft, UmsInstanceEditDraft};
use domain::{Cloud, Conflict, Language, Role};
use futures::future::join_all;
use portal::{accounts, os_idps, routing, saml_idps, ums_instances, users};
use store::{Schema, sql};
use test_support::db_test;
use test_support::rounds::{Dice, rounds};
use tokio::task::yield_now;

use super::{at, count};
use crate::account_page::form;
use crate::stage::{Person, Stage, fault, routing_draft, ums_id};

/// What carries a version.
#[derive(Clone, Copy, Debug)]
enum Thing {
    Account,
    OsIdp,
    Record,
    SamlIdp,
    UmsInstance,
}

const THINGS: [Thing; 5] = [
    Thing::Account,
    Thing::OsIdp,
    Thing::Record,
    Thing::SamlIdp,
    Thing::UmsInstance,
];

/// One of each, and who edits it.
struct Things<'a> {
    admin: &'a Person<'a>,
    os_idp: OsIdpId,
    record: RoutingId,
    saml_idp: SamlIdpId,
    ums_instance: UmsInstanceId,
}

impl<'a> Things<'a> {
    async fn open(admin: &'a Person<'a>) -> Self {
        let text = str::to_owned;
        let os_idp = OsIdpDraft {
            name: text("Entra ID"),
            client_id: text("Client-1"),
            client_secret: text("the-client-secret-of-contoso"),
            authorization_endpoint: text("https://login.contoso.example/authorize"),
            token_endpoint: text("https://login.contoso.example/token"),
            ..OsIdpDraft::default()
        };
        let ums_instance = UmsInstanceDraft {
            name: text("UMS Berlin"),
            certificate: ums_id("UMS Berlin").certificate.pem(),
            ..UmsInstanceDraft::default()
        };
        Self {
            admin,
            os_idp: os_idps::register(&admin.may().await, os_idp).await.unwrap().id,
            record: routing::register(&admin.may().await, routing_draft())
                .await
                .unwrap()
                .row
                .id,
            saml_idp: crate::saml::registered(admin).await,
            ums_instance: ums_instances::register(&admin.may().await, ums_instance)
                .await
                .unwrap()
                .id,
        }
    }

    /// Its version, and what was saved last.
    async fn shown(&self, node: &Services<Cloud>, thing: Thing) -> (i64, String) {
        let admin = self.admin;
        match thing {
            Thing::Account => {
                let shown = accounts::registration::get(&at::<ViewAccount>(node, admin).await)
                    .await
                    .unwrap();
                (shown.version, shown.information.city)
            }
            Thing::OsIdp => {
                let auth = at::<ViewOsIdps>(node, admin).await;
                let shown = os_idps::details(&auth, self.os_idp).await.unwrap().idp;
                (shown.version, shown.name)
            }
            Thing::Record => {
                let shown = routing::get(&at::<ViewRouting>(node, admin).await, self.record)
                    .await
                    .unwrap();
                (shown.version, shown.row.name)
            }
            Thing::SamlIdp => {
                let auth = at::<ManageSamlIdps>(node, admin).await;
                let shown = saml_idps::get(&auth, self.saml_idp, Language::English).await;
                let shown = shown.unwrap().idp;
                (shown.version, shown.issuer)
            }
            Thing::UmsInstance => {
                let auth = at::<ViewUmsInstances>(node, admin).await;
                let shown = ums_instances::get(&auth, self.ums_instance).await.unwrap();
                (shown.version, shown.name)
            }
        }
    }

    async fn save(&self, node: &Services<Cloud>, thing: Thing, version: i64, text: &str) -> Result<()> {
        let admin = self.admin;
        let (version, text) = (version.to_string(), text.to_owned());
        match thing {
            Thing::Account => {
                let shown = accounts::registration::get(&at::<ViewAccount>(node, admin).await)
                    .await
                    .unwrap();
                let draft = AccountEditDraft {
                    version,
                    city: text,
                    ..form(&shown)
                };
                accounts::registration::edit(&at::<EditAccount>(node, admin).await, draft).await
            }
            Thing::OsIdp => {
                let draft = OsIdpNameDraft {
                    id: self.os_idp.to_string(),
                    version,
                    name: text,
                };
                os_idps::rename(&at::<RenameOsIdp>(node, admin).await, draft)
                    .await
                    .map(drop)
            }
            Thing::Record => {
                let draft = routing_change::EditRouting {
                    record: self.record.to_string(),
                    version,
                    name: text,
                    host: "ums.contoso.example".to_owned(),
                    port: "8443".to_owned(),
                };
                routing::edit(&at::<EditRouting>(node, admin).await, draft).await
            }
            Thing::SamlIdp => {
                let draft = SamlPlaceDraft {
                    id: self.saml_idp.to_string(),
                    version,
                    issuer: text,
                    endpoint: "https://idp.contoso.example/sso".to_owned(),
                };
                saml_idps::change_place(&at::<ManageSamlIdps>(node, admin).await, draft)
                    .await
                    .map(drop)
            }
            Thing::UmsInstance => {
                let draft = UmsInstanceEditDraft {
                    id: self.ums_instance.to_string(),
                    version,
                    name: text,
                    comments: String::new(),
                    app_portal: false,
                    insight: false,
                };
                ums_instances::edit(&at::<EditUmsInstance>(node, admin).await, draft)
                    .await
                    .map(drop)
            }
        }
    }
}

db_test! {
    Schema::Cloud,

    /// Each of those who edit looks, thinks for a while, saves, and looks again when somebody was faster.
    async fn f30_of_what_is_edited_at_once_no_save_is_lost(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let things = &Things::open(&admin).await;
        let nodes = stage.nodes(&db, 2).await;
        for (thing, round) in THINGS.into_iter().flat_map(|thing| (0..rounds(5, 1000)).map(move |round| (thing, round))) {
            let mut dice = Dice::new(u64::from(round));
            let (start, _) = things.shown(&nodes[0], thing).await;
            let pauses: Vec<usize> = (0..2 + dice.below(3)).map(|_| dice.below(20)).collect();
            let editors = (0..).zip(&pauses).zip(nodes.iter().cycle());
            let edits = editors.map(|((editor, pause), node)| async move {
                let text = format!("{thing:?}:{round}:{editor}");
                loop {
                    let (seen, _) = things.shown(node, thing).await;
                    for _ in 0..*pause {
                        yield_now().await;
                    }
                    match things.save(node, thing, seen, &text).await {
                        Ok(()) => return (seen, text),
                        refused => assert_eq!(fault(refused), Conflict::Stale.into()),
                    }
                }
            });
            // Each replaced another version: nobody replaced what they had not seen.
            let mut saved = join_all(edits).await;
            saved.sort();
            let replaced: Vec<i64> = saved.iter().map(|(seen, _)| *seen).collect();
            let end = start + i64::try_from(pauses.len()).unwrap();
            assert_eq!(replaced, (start..end).collect::<Vec<_>>(), "{thing:?} {round}");
            assert_eq!(things.shown(&nodes[1], thing).await, (end, saved.pop().unwrap().1));
        }
    }

    /// Roles have no version: each is added or removed by itself.
    async fn f30_roles_that_are_added_and_removed_at_once_are_all_added_and_removed(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let nodes = stage.nodes(&db, 2).await;
        let user = stage.add(stage.contoso, "bo@contoso.example", "account-admin").await.unwrap();
        let draft = |role: Role| RoleDraft { user: user.to_string(), role: role.key().to_owned(), told: true };
        let held = sql!("select count(*) from user_roles r join users u on u.id = r.user_id where u.email = 'bo@contoso.example'");
        for _ in 0..rounds(10, 1000) {
            let auths = [at::<ChangeUserRoles>(&nodes[0], &admin).await, at::<ChangeUserRoles>(&nodes[1], &admin).await];
            let [one, two] = &auths;
            let added = futures::join!(users::add_role(one, draft(Role::ObsAdmin)), users::add_role(two, draft(Role::UmsAdmin)));
            assert!(added.0.is_ok() && added.1.is_ok(), "{added:?}");
            assert_eq!(count(&db, held).await, 3);
            let removed = futures::join!(users::remove_role(one, draft(Role::ObsAdmin)), users::remove_role(two, draft(Role::UmsAdmin)));
            assert!(removed.0.is_ok() && removed.1.is_ok(), "{removed:?}");
            assert_eq!(count(&db, held).await, 1);
        }
    }
}
