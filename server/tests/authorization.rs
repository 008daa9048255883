//! Walks the authorisation matrix: every endpoint, every kind of caller. See `matrix/`.

mod heard;
mod walk;

use std::collections::BTreeSet;

use leptos::server_fn::axum::server_fn_paths;

use crate::matrix::{Row, Sample, Who, golden, rows};
use crate::stage::{Call, Stage, portal_cookie};

use walk::Walk;

#[tokio::test]
async fn every_endpoint_answers_every_kind_of_caller_as_the_table_says() {
    let mut walk = Walk::open().await;
    let tables = [
        walk.portal().await,
        walk.operators().await,
        walk.web_app().await,
        walk.connector().await,
        walk.onboarding().await,
    ];
    assert!(
        walk.faults.is_empty(),
        "{} faults:\n{}",
        walk.faults.len(),
        walk.faults.join("\n")
    );
    golden::compare(&tables);
}

#[test]
fn every_endpoint_has_one_row_and_every_row_its_endpoint() {
    // Server functions are registered when something of the application is used.
    drop(crate::stage::options());
    let functions = server_fn_paths().map(|(path, method)| (method.to_string(), path.to_owned()));
    let plain = [server::routes::ROUTES, connector::ROUTES].concat();
    let plain = plain
        .into_iter()
        .map(|(method, path)| (method.to_owned(), path.to_owned()));
    complete(
        &[&rows::portal(), rows::OPERATOR, rows::WEB_APP, rows::CONNECTOR].concat(),
        &functions.chain(plain).collect(),
    );
    let service = onboarding::ROUTES
        .iter()
        .map(|(method, path)| ((*method).to_owned(), (*path).to_owned()));
    complete(rows::ONBOARDING, &service.collect());
}

fn complete(rows: &[Row], endpoints: &BTreeSet<(String, String)>) {
    let written: BTreeSet<_> = rows
        .iter()
        .map(|row| (row.method.to_owned(), row.path.to_owned()))
        .collect();
    assert_eq!(written.len(), rows.len(), "a row stands twice");
    let missing: Vec<_> = endpoints.difference(&written).collect();
    let superfluous: Vec<_> = written.difference(endpoints).collect();
    assert!(
        missing.is_empty() && superfluous.is_empty(),
        "without a row: {missing:?}\nwithout an endpoint: {superfluous:?}"
    );
}

/// A change by `GET` could be made by a picture on another site.
#[test]
fn what_changes_something_is_no_get() {
    for row in [&rows::portal(), rows::OPERATOR, rows::WEB_APP].concat() {
        let reads = matches!(row.sample, Sample::Nothing | Sample::About(_))
            && matches!(row.who, Who::Holder(_) | Who::Anybody);
        assert!(row.method == "POST" || reads, "{}", row.path);
    }
    assert!(server_fn_paths().all(|(_, method)| method == "POST"));
}

#[tokio::test]
async fn a_role_that_is_taken_ends_its_rights_within_the_session() {
    let stage = Stage::open().await;
    let user = stage
        .contoso
        .add(&stage.cloud, "both", &["obs-admin", "ums-admin"])
        .await;
    let session = stage.portal_session(user).await;
    let list = |path: &str| {
        Call::post(path)
            .form(&[("query[search]", "")])
            .cookie(portal_cookie(&session))
    };
    let (records, instances) = (
        "/api/app/api/portal/routing/routing_records",
        "/api/app/api/portal/ums_instances/ums_instances",
    );
    assert_eq!(stage.call(list(records)).await.status, 200);
    assert_eq!(stage.call(list(instances)).await.status, 200);
    stage.contoso.take_role(&stage.cloud, user, "obs-admin").await;
    assert_eq!(stage.call(list(records)).await.status, 403);
    assert_eq!(stage.call(list(instances)).await.status, 200);
}
