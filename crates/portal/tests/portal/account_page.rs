use access::Result;
use domain::account::{AccountEditDraft, AccountPage};
use domain::permission::{EditAccount, ViewAccount};
use domain::{Conflict, Fault, Reason, Role};
use store::Schema;
use test_support::db_test;

use crate::passwords::ADA;
use crate::stage::{Person, Stage, events, fault, reason, routing_draft};

impl Person<'_> {
    async fn account(&self) -> AccountPage {
        portal::accounts::registration::get(&self.may::<ViewAccount>().await)
            .await
            .unwrap()
    }

    async fn edit(&self, draft: AccountEditDraft) -> Result<()> {
        portal::accounts::registration::edit(&self.may::<EditAccount>().await, draft).await
    }
}

/// What the form of `shown` holds.
pub fn form(shown: &AccountPage) -> AccountEditDraft {
    let text = str::to_owned;
    AccountEditDraft {
        version: shown.version.to_string(),
        company: shown.information.company.clone(),
        address: text("Road 1"),
        city: text("Berlin"),
        post_code: text("10115"),
        country: text("DE"),
        state: text("Berlin"),
        industry: text("it"),
        phone: text("+49 30 12345"),
        ..AccountEditDraft::default()
    }
}

db_test! {
    Schema::Cloud,

    async fn the_account_shows_its_data_domains_people_and_services(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ada = stage.active_admin().await;
        stage.add(stage.contoso, "one@contoso.example", "obs-admin").await.unwrap();
        stage.add(stage.contoso, "two@contoso.example", "obs-admin").await.unwrap();
        portal::routing::register(&ada.may().await, domain::routing::RoutingDraft { domains: "contoso.example\nelse.example".to_owned(), ..routing_draft() }).await.unwrap();
        let shown = ada.account().await;
        assert_eq!(shown.information.company, "Contoso");
        assert_eq!(shown.users, [(Role::SuperAdmin, 1), (Role::ObsAdmin, 2)]);
        assert_eq!((shown.services.routings, shown.services.os_idps, shown.services.ums_instances), (1, 0, 0));
        assert!(shown.services.onboarding.is_some() && shown.may_edit);
        let domains: Vec<_> = shown.domains.iter().map(|mapped| (mapped.domain.as_str(), mapped.proof.routes())).collect();
        assert!(domains.contains(&("contoso.example", true)) && domains.contains(&("else.example", false)), "{domains:?}");
        assert!(domains.contains(&("xn--mnchen-3ya.example", true)), "{domains:?}");
        assert!(domains.iter().all(|(domain, _)| !domain.contains("fabrikam")));

        stage.add(stage.contoso, "account@contoso.example", "account-admin").await.unwrap();
        let reader = stage.sign_in("account@contoso.example").await;
        assert!(!reader.account().await.may_edit);
        assert_eq!(fault(stage.cloud.authorize::<EditAccount>(&reader.token).await.map(drop)), Fault::Forbidden);
        let other = stage.sign_in("one@contoso.example").await;
        assert_eq!(fault(stage.cloud.authorize::<ViewAccount>(&other.token).await.map(drop)), Fault::Forbidden);
    }

    async fn a_change_is_noted_with_old_and_new_values(db: TestDb) {
        let stage = Stage::open(&db).await;
        let fabian = stage.sign_in("admin@fabrikam.example").await;
        let before = fabian.account().await;
        assert_eq!(reason(fabian.edit(AccountEditDraft { city: String::new(), ..form(&before) }).await, "city"), Reason::Required);
        assert_eq!(reason(fabian.edit(AccountEditDraft { country: "XX".to_owned(), ..form(&before) }).await, "country"), Reason::NotAChoice);
        fabian.edit(form(&before)).await.unwrap();
        let after = fabian.account().await;
        assert_eq!((after.information.city.as_str(), after.phone.as_str(), after.version), ("Berlin", "+49 30 12345", before.version + 1));
        let noted = events(&db, "account.changed").await;
        assert_eq!((noted.len(), noted[0].2), (1, Some(stage.fabrikam.into())));
        assert!(noted[0].3.contains(r#""city":{"new":"Berlin","old":""}"#), "{}", noted[0].3);
        assert!(!noted[0].3.contains("company"), "what did not change is not noted");
    }

    async fn f30_of_two_saves_of_one_version_the_second_is_refused(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ada = stage.sign_in(ADA).await;
        for round in 0..10 {
            let seen = form(&ada.account().await);
            let city = |city: &str| AccountEditDraft { city: format!("{city} {round}"), ..seen.clone() };
            let (one, two) = futures::join!(ada.edit(city("one")), ada.edit(city("two")));
            let won = if one.is_ok() { "one" } else { "two" };
            let lost = if one.is_ok() { two } else { one };
            assert_eq!(fault(lost), Conflict::Stale.into());
            assert_eq!(ada.account().await.information.city, format!("{won} {round}"));
        }
        assert_eq!(events(&db, "account.changed").await.len(), 10);
    }

    async fn a_name_is_unique_and_one_that_the_configuration_trusts_stays(db: TestDb) {
        let stage = Stage::open(&db).await;
        portal::accounts::create(&stage.operator(), domain::account::AccountDraft { name: "Tailspin".to_owned() }).await.unwrap();
        let account = portal::accounts::find_unscoped(&stage.operator(), "tailspin").await.unwrap().unwrap().id;
        stage.add(account, "admin@tailspin.example", "super-admin").await.unwrap();
        portal::accounts::create(&stage.operator(), domain::account::AccountDraft { name: "Wingtip".to_owned() }).await.unwrap();
        let tess = stage.sign_in("admin@tailspin.example").await;
        let named = async |name: &str| tess.edit(AccountEditDraft { company: name.to_owned(), ..form(&tess.account().await) }).await;
        assert_eq!(reason(named(" WINGTIP ").await, "company"), Reason::Taken);
        // Domains are trusted for the name Contoso: whoever took it would have them, and whoever gave it up would lose them.
        assert_eq!(reason(named("CONTOSO").await, "company"), Reason::NameInConfiguration);
        let ada = stage.sign_in(ADA).await;
        let seen = ada.account().await;
        assert_eq!(reason(ada.edit(AccountEditDraft { company: "Contoso Ltd".to_owned(), ..form(&seen) }).await, "company"), Reason::NameInConfiguration);
        ada.edit(AccountEditDraft { company: "CONTOSO".to_owned(), ..form(&seen) }).await.unwrap();
        named("Tailspin Toys").await.unwrap();
        assert_eq!(tess.account().await.information.company, "Tailspin Toys");
    }
}
