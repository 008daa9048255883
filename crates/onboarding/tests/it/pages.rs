//! The pages as such: languages, headers, same origin, and that looking changes nothing.

use axum::body::Body;
use http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{Request, StatusCode};
use protocol::onboarding::OnboardingState;
use store::Schema;
use test_support::db_test;

use crate::world::{OBS, World, send};

db_test! {
    Schema::Cloud,

    async fn they_speak_english_and_german(db: TestDb) {
        let world = World::new(&db).await;
        let started = world.started().await;
        let path = started.sign_in_url.strip_prefix(OBS).unwrap();
        let german = Request::get(path).header(ACCEPT_LANGUAGE, "de-DE,de;q=0.9").body(Body::empty()).unwrap();
        let german = send(&world.router, german, 1).await.text;
        assert!(german.contains("<html lang=\"de\">") && german.contains("Weiter") && !german.contains("Continue"), "{german}");
        assert!(german.contains(&format!("action=\"{path}?lang=de\"")), "the choice goes along");
        let english = world.get(&format!("{path}?lang=en")).await.text;
        assert!(english.contains("<html lang=\"en\">") && english.contains("Continue") && !english.contains("Weiter"));
        assert!(english.contains(&format!("<a href=\"{path}?lang=de\" lang=\"de\" hreflang=\"de\">Deutsch</a>")), "{english}");
        // And back from the provider in the same one.
        let left = world.post(&format!("{path}?lang=de")).await.left();
        let back = world.back(&world.idp.sign_in(&left.url), &left.cookie).await;
        assert_eq!(back.header(http::header::LOCATION), "/result?lang=de");
        assert!(world.back("/result?lang=de", &left.cookie).await.text.contains("Fertig. Zurück zu Ihrem Gerät."));
    }

    async fn every_answer_is_closed_to_scripts_frames_and_caches(db: TestDb) {
        let world = World::new(&db).await;
        let started = world.started().await;
        let path = started.sign_in_url.strip_prefix(OBS).unwrap();
        let answers = [world.get("/").await, world.get(path).await, world.post(path).await, world.get("/nothing").await, world.start("x").await];
        for answer in &answers {
            let policy = answer.header(CONTENT_SECURITY_POLICY);
            assert!(policy.contains("default-src 'none'") && policy.contains("form-action 'self'") && !policy.contains("unsafe"));
            assert_eq!(answer.header(CACHE_CONTROL), "no-store");
            assert!(!answer.text.contains("<script") && !answer.text.contains("style="), "{}", answer.text);
        }
        let statuses = answers.map(|answer| answer.status.as_u16());
        assert_eq!(statuses, [200, 200, 200, 404, 400]);
        let root = world.get("/").await.text;
        assert!(root.contains("Begin on the device"), "{root}");
        let sheet = root.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let sheet = world.get(&sheet).await;
        assert_eq!((sheet.text.as_str(), sheet.header(CONTENT_TYPE)), ("body{}", "text/css; charset=utf-8"));
        assert!(sheet.header(CACHE_CONTROL).contains("immutable"));
    }

    async fn continue_is_pressed_on_our_page_only(db: TestDb) {
        let world = World::new(&db).await;
        let started = world.started().await;
        let path = started.sign_in_url.strip_prefix(OBS).unwrap();
        for headers in [
            &[][..],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "cross-site"), ("origin", OBS)],
            &[("origin", "null")],
            &[("origin", "https://evil.example")],
            &[("origin", "https://obs.example.evil.example")],
        ] {
            for path in [path, "/auth/ada@contoso.example"] {
                let answer = world.post_with(path, headers).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
                assert!(answer.headers.get("set-cookie").is_none());
            }
        }
        assert_eq!(world.count("onboarding.confirmed").await, 0);
        assert_eq!(world.post_with(path, &[("origin", OBS)]).await.status, StatusCode::OK);
        assert_eq!(world.post_with(path, &[("sec-fetch-site", "same-origin")]).await.status, StatusCode::OK);
        assert_eq!(world.count("onboarding.confirmed").await, 2);
    }

    async fn links_and_secrets_open_only_their_own(db: TestDb) {
        let world = World::new(&db).await;
        let (started, other) = (world.started().await, world.started().await);
        assert_eq!(world.get("/sign-in/guessed").await.status, StatusCode::NOT_FOUND);
        assert_eq!(world.get(started.sign_in_url.strip_prefix(OBS).unwrap()).await.status, StatusCode::OK);
        let id = started.id.to_string();
        let foreign = world.poll_with(&id, other.secret.expose()).await;
        for (id, secret) in [(id.as_str(), "guessed"), ("00000000-0000-7000-8000-000000000000", started.secret.expose()), ("x", "y")] {
            let answer = world.poll_with(id, secret).await;
            assert_eq!((answer.status, &answer.text), (StatusCode::UNAUTHORIZED, &foreign.text));
        }
        let bare = Request::get(format!("/api/v1/onboardings/{id}")).body(Body::empty()).unwrap();
        assert_eq!(send(&world.router, bare, 1).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(world.poll(&started).await, OnboardingState::Pending);
    }

    async fn the_leaving_page_leads_on_by_itself(db: TestDb) {
        let world = World::new(&db).await;
        let started = world.started().await;
        let page = world.post(started.sign_in_url.strip_prefix(OBS).unwrap()).await;
        let url = page.left().url.replace('&', "&amp;");
        assert!(page.text.contains(&format!("<meta http-equiv=\"refresh\" content=\"0;url={url}\">")), "{}", page.text);
        assert!(page.text.contains("login.contoso.example"));
    }
}

#[test]
fn the_list_of_routes_is_the_router() {
    test_support::db::block_on(async {
        let db = test_support::db::sqlite(Schema::Cloud).await;
        let world = World::new(&db).await;
        for (method, path) in onboarding::ROUTES
            .iter()
            .filter(|(_, path)| !path.contains("{hash}"))
        {
            let request = Request::builder()
                .method(*method)
                .uri(path.replace(['{', '}'], ""))
                .body(Body::empty())
                .unwrap();
            let answer = send(&world.router, request, 1).await;
            assert_ne!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            assert!(!answer.text.contains("There is nothing here"), "{method} {path}");
            let wrong = Request::builder()
                .method("DELETE")
                .uri(path.replace(['{', '}'], ""))
                .body(Body::empty())
                .unwrap();
            assert_eq!(
                send(&world.router, wrong, 1).await.status,
                StatusCode::METHOD_NOT_ALLOWED,
                "{path}"
            );
        }
    });
}
