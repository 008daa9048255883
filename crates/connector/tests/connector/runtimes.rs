use axum::Router;
use axum::routing::get;
use connector::admission::Limits;
use connector::{listener, tls};
use store::Schema;
use test_support::db;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::server::Server;
use crate::tools::curl;

#[tokio::test]
async fn browsers_are_answered_in_the_runtime_of_people_and_nobody_else() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let people = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("people")
        .enable_all()
        .build()
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    let here = || async { std::thread::current().name().unwrap_or_default().to_owned() };
    let (config, app) = (
        tls::server_config(&server.side.services).unwrap(),
        Router::new().route("/", get(here)),
    );
    let (stop, mut tasks) = (CancellationToken::new(), JoinSet::new());
    let (stopping, handle) = (stop.clone(), people.handle().clone());
    tasks.spawn(listener::serve_with(
        listener,
        config,
        app,
        stopping,
        Limits::default(),
        handle,
    ));

    for (offer, by_people) in [("--http2", true), ("--http1.1", false)] {
        let reply = curl(&server.files, &url, &[offer]).await;
        assert_eq!(
            (reply.status, reply.body == "people"),
            (200, by_people),
            "{offer}"
        );
    }
    stop.cancel();
    tasks.join_next().await.unwrap().unwrap().unwrap();
    people.shutdown_background();
}
