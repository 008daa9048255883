use domain::mapped_users::MapUsers as MapUsersDraft;
use domain::permission::{
    CreateRouting, DeleteRouting, EditRouting, MapDomains, MapUsers, ReplaceRoutingChain, ResolveRoute,
    RestoreRouting, SwitchRouting, ViewRouting,
};
use domain::resolution::Outcome;
use domain::routing::{Routing, RoutingDraft};
use domain::routing_change::{self as change, RoutingAct, TARGETS_MAX};
use domain::{Conflict, Fault, Reason};
use store::{Schema, args, sql};
use test_support::db_test;
use time::Duration;

use crate::stage::{Person, Stage, events, fault, reason, root, routing_draft};

async fn register(person: &Person<'_>, draft: RoutingDraft) -> Routing {
    portal::routing::register(&person.may::<CreateRouting>().await, draft)
        .await
        .unwrap()
}

async fn now(person: &Person<'_>, record: &Routing) -> Routing {
    portal::routing::get(&person.may::<ViewRouting>().await, record.row.id)
        .await
        .unwrap()
}

async fn edit(person: &Person<'_>, seen: &Routing, name: &str, host: &str) -> access::Result<()> {
    let draft = change::EditRouting {
        record: seen.row.id.to_string(),
        version: seen.version.to_string(),
        name: name.to_owned(),
        host: host.to_owned(),
        port: "443".to_owned(),
    };
    portal::routing::edit(&person.may::<EditRouting>().await, draft).await
}

async fn domains(person: &Person<'_>, seen: &Routing, domains: &str) -> access::Result<()> {
    let draft = change::MapDomains {
        record: seen.row.id.to_string(),
        version: seen.version.to_string(),
        domains: domains.to_owned(),
    };
    portal::routing::map_domains(&person.may::<MapDomains>().await, draft).await
}

async fn switch(person: &Person<'_>, seen: &Routing, enabled: bool) -> access::Result<()> {
    let draft = change::SwitchRouting {
        record: seen.row.id.to_string(),
        version: seen.version.to_string(),
        enabled,
    };
    portal::routing::switch(&person.may::<SwitchRouting>().await, draft).await
}

async fn target(person: &Person<'_>, seen: &Routing, host: &str, chain: &str) -> access::Result<()> {
    let draft = change::AddTarget {
        record: seen.row.id.to_string(),
        version: seen.version.to_string(),
        host: host.to_owned(),
        port: "8443".to_owned(),
        chain: chain.to_owned(),
    };
    portal::routing::add_target(&person.may::<EditRouting>().await, draft).await
}

async fn restore(person: &Person<'_>, seen: &Routing, to: i64) -> access::Result<()> {
    let draft = change::RestoreRouting {
        record: seen.row.id.to_string(),
        version: seen.version.to_string(),
        to: to.to_string(),
    };
    portal::routing::restore(&person.may::<RestoreRouting>().await, draft).await
}

db_test! {
    Schema::Cloud,

    async fn whoever_is_second_overwrites_nothing(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let seen = register(&admin, routing_draft()).await;
        edit(&admin, &seen, "UMS Hamburg", "ums2.contoso.example").await.unwrap();
        let saved = now(&admin, &seen).await;
        assert_eq!((saved.row.name.as_str(), saved.row.host.as_str(), saved.row.port), ("UMS Hamburg", "ums2.contoso.example", 443));
        assert_eq!(saved.version, seen.version + 1);
        assert_eq!(fault(edit(&admin, &seen, "UMS Bremen", "x.example").await), Fault::from(Conflict::Stale));
        assert_eq!(fault(domains(&admin, &seen, "two.example").await), Fault::from(Conflict::Stale));
        assert_eq!(fault(switch(&admin, &seen, false).await), Fault::from(Conflict::Stale));
        assert_eq!(fault(target(&admin, &seen, "x.example", "").await), Fault::from(Conflict::Stale));
        assert_eq!(now(&admin, &seen).await, saved, "nothing was changed");
        edit(&admin, &saved, "UMS Bremen", "x.example").await.unwrap();
        assert_eq!(events(&db, "routing.changed").await.len(), 2);
    }

    async fn an_import_of_users_leaves_open_forms_as_they_are(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let seen = register(&admin, routing_draft()).await;
        let import = async |user: &str| {
            let draft = MapUsersDraft { record: seen.row.id.to_string(), file: user.to_owned(), ..MapUsersDraft::default() };
            portal::routing::users::import(&admin.may::<MapUsers>().await, &draft).await.unwrap();
        };
        import("ada@contoso.example").await;
        edit(&admin, &seen, "UMS Hamburg", "ums2.contoso.example").await.unwrap();
        let edited = now(&admin, &seen).await;
        assert_eq!((edited.users, edited.row.name.as_str(), edited.version), (1, "UMS Hamburg", seen.version + 2));

        // Who saw the settings before that save is refused, also after another import.
        import("bob@contoso.example").await;
        assert_eq!(fault(switch(&admin, &seen, false).await), Fault::from(Conflict::Stale));
        switch(&admin, &edited, false).await.unwrap();
        // Nobody has seen what is not there yet.
        let ahead = Routing { version: seen.version + 100, ..seen.clone() };
        assert_eq!(fault(switch(&admin, &ahead, true).await), Fault::from(Conflict::Stale));

        // What takes users with it wants them to have been seen.
        let before = now(&admin, &seen).await;
        import("eve@contoso.example").await;
        let delete = |seen: &Routing| change::DeleteRouting { record: seen.row.id.to_string(), version: seen.version.to_string() };
        assert_eq!(fault(restore(&admin, &before, 1).await), Fault::from(Conflict::Stale));
        assert_eq!(fault(portal::routing::delete(&admin.may::<DeleteRouting>().await, delete(&before)).await), Fault::from(Conflict::Stale));
        let after = now(&admin, &seen).await;
        restore(&admin, &after, 1).await.unwrap();
        let restored = now(&admin, &seen).await;
        assert_eq!((restored.users, restored.row.name.as_str()), (0, "UMS Berlin"));
        portal::routing::delete(&admin.may::<DeleteRouting>().await, delete(&restored)).await.unwrap();
    }

    async fn nobody_changes_what_belongs_to_others(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let seen = register(&admin, routing_draft()).await;
        let other = stage.sign_in("admin@fabrikam.example").await;
        assert_eq!(fault(edit(&other, &seen, "Mine", "x.example").await), Fault::NotFound);
        assert_eq!(fault(domains(&other, &seen, "fabrikam.example").await), Fault::NotFound);
        assert_eq!(fault(switch(&other, &seen, false).await), Fault::NotFound);
        assert_eq!(fault(target(&other, &seen, "x.example", "").await), Fault::NotFound);
        assert_eq!(fault(restore(&other, &seen, 1).await), Fault::NotFound);
        assert_eq!(fault(portal::routing::history(&other.may::<ViewRouting>().await, seen.row.id).await), Fault::NotFound);
        let delete = || change::DeleteRouting { record: seen.row.id.to_string(), version: seen.version.to_string() };
        assert_eq!(fault(portal::routing::delete(&other.may::<DeleteRouting>().await, delete()).await), Fault::NotFound);
        assert_eq!(now(&admin, &seen).await, seen);
        portal::routing::delete(&admin.may::<DeleteRouting>().await, delete()).await.unwrap();
        assert_eq!(fault(portal::routing::get(&admin.may::<ViewRouting>().await, seen.row.id).await), Fault::NotFound);
        let left = sql!(
            "select (select count(*) from routings) + (select count(*) from routing_domains) + (select count(*) from routing_users)
                  + (select count(*) from routing_versions)"
        );
        assert_eq!(db.read().await.unwrap().scalar::<i64>(left, args![]).await.unwrap(), 0);
        assert_eq!(events(&db, "routing.deleted").await.len(), 1);
    }

    async fn a_chain_is_replaced_and_a_bad_one_changes_nothing(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let seen = register(&admin, routing_draft()).await;
        let new = root("New Root");
        let replace = async |chain: String| {
            let draft = change::ReplaceChain { record: seen.row.id.to_string(), version: seen.version.to_string(), chain };
            portal::routing::replace_chain(&admin.may::<ReplaceRoutingChain>().await, draft).await
        };
        let key = format!("{}-----BEGIN PRIVATE KEY-----\nMEECAQAw\n-----END PRIVATE KEY-----\n", new.certificate().pem());
        assert!(matches!(reason(replace(key).await, "chain"), Reason::Chain(domain::chain::ChainProblem::PrivateKey { block: 2 })));
        assert_eq!(reason(replace(String::new()).await, "chain"), Reason::Required);
        assert_eq!(now(&admin, &seen).await, seen);
        replace(new.certificate().pem()).await.unwrap();
        let saved = now(&admin, &seen).await;
        assert_eq!((saved.row.fingerprint.clone(), saved.chain_pem.clone()), (new.certificate().fingerprint().to_string(), new.certificate().pem()));
        // Under an expired chain the record can still be edited.
        stage.cloud.clock.advance(Duration::days(365 * 30));
        let later = stage.sign_in("admin@contoso.example").await;
        edit(&later, &saved, "Still here", "ums.contoso.example").await.unwrap();
        assert_eq!(now(&later, &saved).await.row.name, "Still here");
    }

    async fn domains_are_all_or_nothing(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let seen = register(&admin, routing_draft()).await;
        let other = RoutingDraft { name: "Other".into(), domains: "taken.example".into(), ..routing_draft() };
        register(&admin, other).await;
        for (typed, field, expected) in [
            ("one.example\ntaken.example\nthree.example", "domains.2", Reason::Taken),
            ("one.example\ntwo.example\ngmx.de", "domains.3", Reason::FreeMailDomain),
            ("", "domains", Reason::NobodyMapped),
        ] {
            assert_eq!(reason(domains(&admin, &seen, typed).await, field), expected);
        }
        assert_eq!(now(&admin, &seen).await, seen);
        domains(&admin, &seen, "one.example\ntwo.example").await.unwrap();
        let saved = now(&admin, &seen).await;
        let names: Vec<_> = saved.domains.iter().map(|mapped| mapped.domain.to_string()).collect();
        assert_eq!(names, ["one.example", "two.example"]);
    }

    async fn further_addresses_are_bounded_and_stand_once(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let mut seen = register(&admin, routing_draft()).await;
        assert_eq!(reason(target(&admin, &seen, "ums.CONTOSO.example", "").await, "host"), Reason::Taken);
        let own = root("Own Root").certificate().pem();
        for number in 0..TARGETS_MAX {
            target(&admin, &seen, &format!("ums{number}.contoso.example"), if number == 0 { &own } else { "" }).await.unwrap();
            seen = now(&admin, &seen).await;
        }
        assert_eq!(seen.targets[0].chain_pem.as_deref(), Some(own.as_str()));
        assert_eq!(seen.targets.len(), TARGETS_MAX);
        assert_eq!(reason(target(&admin, &seen, "one.too.many.example", "").await, "host"), Reason::TooMany { max: 4 });
        let remove = change::RemoveTarget {
            record: seen.row.id.to_string(),
            version: seen.version.to_string(),
            host: "UMS0.contoso.example".into(),
            port: "8443".into(),
        };
        portal::routing::remove_target(&admin.may::<EditRouting>().await, remove).await.unwrap();
        let hosts: Vec<_> = now(&admin, &seen).await.targets.into_iter().map(|target| target.host).collect();
        assert_eq!(hosts, ["ums1.contoso.example", "ums2.contoso.example", "ums3.contoso.example"]);
    }

    async fn the_history_tells_every_change_and_leads_back(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let first = register(&admin, RoutingDraft { users: "ada@contoso.example".into(), ..routing_draft() }).await;
        edit(&admin, &first, "Second", "second.contoso.example").await.unwrap();
        domains(&admin, &now(&admin, &first).await, "two.example").await.unwrap();
        switch(&admin, &now(&admin, &first).await, false).await.unwrap();
        let history = portal::routing::history(&admin.may::<ViewRouting>().await, first.row.id).await.unwrap();
        let acts: Vec<_> = history.changes.iter().map(|change| (change.version, change.act)).collect();
        assert_eq!(acts, [(4, RoutingAct::Disabled), (3, RoutingAct::DomainsMapped), (2, RoutingAct::Edited), (1, RoutingAct::Registered)]);
        assert_eq!((history.changes[3].users_added, history.changes[3].name.as_str()), (1, "UMS Berlin"));

        assert_eq!(reason(restore(&admin, &now(&admin, &first).await, 9).await, "to"), Reason::NotAChoice);
        restore(&admin, &now(&admin, &first).await, 1).await.unwrap();
        let back = now(&admin, &first).await;
        assert_eq!((back.row.name.clone(), back.row.host.clone(), back.row.enabled, back.domains.clone()), (first.row.name.clone(), first.row.host.clone(), true, first.domains.clone()));
        assert_eq!((back.version, back.users), (5, 1));
        // The way back can be gone back itself.
        restore(&admin, &back, 4).await.unwrap();
        let again = now(&admin, &first).await;
        assert_eq!((again.row.name.as_str(), again.row.enabled), ("Second", false));

        // What somebody else has taken meanwhile is refused as a whole.
        register(&admin, RoutingDraft { name: "Thief".into(), domains: "contoso.example".into(), ..routing_draft() }).await;
        assert_eq!(reason(restore(&admin, &again, 1).await, "domains"), Reason::Taken);
        assert_eq!(now(&admin, &first).await, again);
    }

    async fn records_from_before_the_history_begin_it(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let seen = register(&admin, routing_draft()).await;
        let mut tx = db.begin().await.unwrap();
        tx.execute(sql!("delete from routing_versions"), args![]).await.unwrap();
        tx.commit().await.unwrap();
        edit(&admin, &seen, "Second", "second.contoso.example").await.unwrap();
        let history = portal::routing::history(&admin.may::<ViewRouting>().await, seen.row.id).await.unwrap();
        let names: Vec<_> = history.changes.iter().map(|change| (change.version, change.name.clone())).collect();
        assert_eq!(names, [(2, "Second".to_owned()), (1, "UMS Berlin".to_owned())]);
        restore(&admin, &now(&admin, &seen).await, 1).await.unwrap();
        assert_eq!(now(&admin, &seen).await.row.name, "UMS Berlin");
    }

    async fn the_resolver_says_which_record_and_why(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let by_domain = register(&admin, routing_draft()).await;
        let user = RoutingDraft { name: "For Ada".into(), users: "Ada@contoso.example".into(), domains: String::new(), ..routing_draft() };
        let by_user = register(&admin, user).await;
        let ask = async |email: &str| portal::resolver::resolve(&admin.may::<ResolveRoute>().await, email).await;
        assert_eq!(reason(ask("nobody").await, "email"), Reason::NotAnEmail);
        let found = ask("ADA@contoso.example").await.unwrap();
        assert_eq!(found.outcome(), Outcome::NoIdp);
        assert_eq!(found.by_user.map(|record| record.record), Some(by_user.row.id));
        assert_eq!(found.by_domain.map(|record| record.record), Some(by_domain.row.id));
        assert_eq!(ask("ada@unproved.example").await.unwrap().outcome(), Outcome::NotProved);
        switch(&admin, &by_user, false).await.unwrap();
        assert!(!ask("ada@contoso.example").await.unwrap().by_user.unwrap().enabled);
        // Nothing of another account is seen.
        let other = stage.sign_in("admin@fabrikam.example").await;
        let foreign = portal::resolver::resolve(&other.may::<ResolveRoute>().await, "ada@contoso.example").await.unwrap();
        assert_eq!((foreign.outcome(), foreign.by_user, foreign.by_domain, foreign.idp), (Outcome::NotProved, None, None, None));
    }
}
