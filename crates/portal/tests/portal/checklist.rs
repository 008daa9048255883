use domain::checklist::SetUpStep;
use domain::ums_instance::UmsInstanceDraft;
use store::{Schema, args, sql};
use test_support::db::TestDb;
use test_support::db_test;

use crate::stage::{Person, Stage, routing_draft, ums_id};

/// The steps that are done.
async fn done(person: &Person<'_>) -> Vec<SetUpStep> {
    let checklist = portal::checklist::get(&person.may().await).await.unwrap();
    assert_eq!(checklist.steps.len(), 8);
    let done = checklist.steps.into_iter().filter(|(_, done)| *done);
    done.map(|(step, _)| step).collect()
}

async fn set(db: &TestDb, health: &str) {
    let mut tx = db.begin().await.unwrap();
    tx.execute_one(sql!("update routings set health = $1"), args![health])
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

db_test! {
    Schema::Cloud,

    async fn steps_are_done_by_what_is_there_and_undone_with_it(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        // The configuration trusts a domain of theirs.
        assert_eq!(done(&admin).await, [SetUpStep::ProveDomain]);
        portal::activation::activate(&admin.may().await).await.unwrap();
        let ums = UmsInstanceDraft { name: "UMS".to_owned(), certificate: ums_id("UMS").certificate.pem(), ..UmsInstanceDraft::default() };
        let ums = portal::ums_instances::register(&admin.may().await, ums).await.unwrap();
        portal::routing::register(&admin.may().await, routing_draft()).await.unwrap();
        assert_eq!(done(&admin).await, [SetUpStep::Activate, SetUpStep::ProveDomain, SetUpStep::RegisterUms, SetUpStep::RegisterRecord]);
        set(&db, "bad").await;
        assert!(!done(&admin).await.contains(&SetUpStep::HealthyRoute));
        set(&db, "good").await;
        assert!(done(&admin).await.contains(&SetUpStep::HealthyRoute));
        portal::ums_instances::delete(&admin.may().await, ums.id).await.unwrap();
        assert_eq!(done(&admin).await, [SetUpStep::Activate, SetUpStep::ProveDomain, SetUpStep::RegisterRecord, SetUpStep::HealthyRoute]);
        let other = stage.sign_in("admin@fabrikam.example").await;
        assert_eq!(done(&other).await, [SetUpStep::ProveDomain]);
    }
}
