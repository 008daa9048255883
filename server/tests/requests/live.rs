//! "Last onboardings", live: what happens at a record of one company is heard by its people, and by nobody else's.

use std::pin::Pin;

use access::Actor;
use axum::body::Body;
use domain::id::OnboardingId;
use futures::future::{Either, select};
use futures::{Stream, StreamExt as _};
use http::Response;
use store::{args, sql};
use test_support::services::client;
use tower::ServiceExt as _;

use crate::stage::{Call, Stage, Tenant, portal_cookie};

/// What a stream has said, one item for each event; the signs of life between them left out.
type Heard = Pin<Box<dyn Stream<Item = String> + Send>>;

async fn listen(stage: &Stage, session: &str, tenant: &Tenant) -> Response<Body> {
    let address = format!("/events/onboardings?record={}", tenant.routing);
    let call = Call::new("GET", address).header("accept", "text/event-stream");
    let mut request = call.cookie(portal_cookie(session)).request();
    request.extensions_mut().insert(client(8));
    stage.router.clone().oneshot(request).await.unwrap()
}

fn heard(response: Response<Body>) -> Heard {
    assert_eq!(response.status(), 200);
    let chunks = response.into_body().into_data_stream();
    let text = chunks.map(|chunk| String::from_utf8(chunk.unwrap().to_vec()).unwrap());
    Box::pin(text.filter(|text| std::future::ready(text.starts_with("data:"))))
}

/// Somebody comes back from the provider and is led by the record of the company.
async fn onboard(stage: &Stage, tenant: &Tenant) {
    let services = &stage.cloud.services;
    let acting = services
        .acting_as_unchecked(Actor::System("test"))
        .within(tenant.account);
    let mut tx = acting.begin().await.unwrap();
    let (id, now): (OnboardingId, _) = (tx.id(), tx.now());
    let insert = sql!(
        "insert into onboardings (id, account_id, idp_id, routing_id, probe, email, email_key, client, product, version, code, step,
                                  failure_cause, created_at, expires_at, step_at)
         values ($1, $2, $1, $3, false, $4, $4, '', 'UD3', '12', '4F-7K', 'signed_in', '', $5, $5, $5)"
    );
    let values = args![id, tenant.account, tenant.routing, tenant.email("ada"), now];
    tx.execute_one(insert, values).await.unwrap();
    tx.commit_without_event_because("a test").await.unwrap();
}

#[tokio::test]
async fn an_onboarding_is_heard_in_its_account_and_nowhere_else() {
    let stage = Stage::open().await;
    let contoso = stage.portal_session(stage.contoso.admin).await;
    let fabrikam = stage.portal_session(stage.fabrikam.admin).await;
    let foreign = listen(&stage, &fabrikam, &stage.contoso).await;
    assert_eq!(foreign.status(), 404, "another company's record is not there");

    // Opened first and asked first: it has looked at the database again before the other one hears anything.
    let mut theirs = heard(listen(&stage, &fabrikam, &stage.fabrikam).await);
    let mut ours = heard(listen(&stage, &contoso, &stage.contoso).await);
    onboard(&stage, &stage.contoso).await;
    match select(theirs.next(), ours.next()).await {
        Either::Right((Some(event), _)) => assert_eq!(event, "data: changed\n\n"),
        Either::Right((None, _)) => panic!("the stream has ended"),
        Either::Left((heard, _)) => panic!("another company has heard {heard:?}"),
    }
    onboard(&stage, &stage.fabrikam).await;
    match select(ours.next(), theirs.next()).await {
        Either::Right((event, _)) => assert_eq!(event.as_deref(), Some("data: changed\n\n")),
        Either::Left((heard, _)) => panic!("we have heard {heard:?} of another company"),
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_session() {
    let stage = Stage::open().await;
    let session = stage.portal_session(stage.contoso.admin).await;
    let mut events = heard(listen(&stage, &session, &stage.contoso).await);
    let out = Call::post(super::SIGN_OUT).form(&super::NOTHING);
    let out = stage.call(out.cookie(portal_cookie(&session))).await;
    assert_eq!(out.status, 200, "{}", out.body);
    assert_eq!(events.next().await, None);
    assert_eq!(listen(&stage, &session, &stage.contoso).await.status(), 401);
}
