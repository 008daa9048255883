//! IGEL OS IdP through pages and forms, without script.

use crate::requests::sign_in;
use crate::stage::{Call, Reply, Stage, portal_cookie};

const SECRET: &str = "/api/app/api/portal/os_idps/update_client_secret";
const DOMAINS: &str = "/api/app/api/portal/os_idps/update_os_idp_domains";
const RENAME: &str = "/api/app/api/portal/os_idps/rename_os_idp";
const DISABLE: &str = "/api/app/api/portal/os_idps/disable_os_idp";
const DELETE: &str = "/api/app/api/portal/os_idps/delete_os_idp";
const TEST: &str = "/api/app/api/portal/os_idps/begin_os_idp_test";

async fn open(stage: &Stage, session: &str, path: &str) -> Reply {
    let reply = stage.call(Call::get(path).cookie(portal_cookie(session))).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    reply
}

async fn send(stage: &Stage, session: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
    stage
        .call(Call::submit(path).form(fields).cookie(portal_cookie(session)))
        .await
}

#[track_caller]
fn leads_to(reply: &Reply, path: &str) {
    assert_eq!(
        (reply.status, reply.header("location")),
        (303, path),
        "{}",
        reply.body
    );
}

#[tokio::test]
async fn a_provider_is_changed_page_by_page() {
    let stage = Stage::open().await;
    let admin = sign_in(&stage).await;
    let id = stage.contoso.os_idp(&stage.cloud, 1).await.to_string();
    let about = |page: &str| format!("/users/idps/{page}?idp={id}");
    let details = format!("/users/idps/{id}");
    let first = [("draft[id]", id.as_str()), ("draft[version]", "1")];

    let list = open(&stage, &admin, "/users/idps").await;
    assert!(list.body.contains(&details) && list.body.contains("Update client secret"));
    let page = open(&stage, &admin, &details).await;
    for word in [
        "IdP 1",
        "Reduced assurance",
        "Start test sign-in",
        "Not tested yet",
        "Redirect URI",
    ] {
        assert!(page.body.contains(word), "{word}: {}", page.body);
    }
    open(&stage, &admin, "/users/idps/new").await;

    // A refused form comes back with what was typed, but never with the secret.
    let form = open(&stage, &admin, &about("secret")).await;
    assert!(form.body.contains("works on until the new one has worked once"));
    let wrong = [
        first[0],
        first[1],
        ("draft[client_secret]", "s3cret-that-was-typed"),
        ("draft[secret_expires]", "2000-01-01"),
    ];
    leads_to(&send(&stage, &admin, SECRET, &wrong).await, &about("secret"));
    let back = open(&stage, &admin, &about("secret")).await;
    assert!(
        back.body.contains("2000-01-01") && back.body.contains("This day is over."),
        "{}",
        back.body
    );
    assert!(!back.body.contains("s3cret-that-was-typed"));

    let renamed = [first[0], first[1], ("draft[name]", "Entra of Ada")];
    leads_to(&send(&stage, &admin, RENAME, &renamed).await, &details);
    // Somebody else had opened the form before: both versions are shown, and the newest version is what it is about now.
    let late = [first[0], first[1], ("draft[name]", "Entra of Grace")];
    leads_to(&send(&stage, &admin, RENAME, &late).await, &about("rename"));
    let both = open(&stage, &admin, &about("rename")).await;
    for word in [
        "Somebody else has saved meanwhile",
        "Entra of Ada",
        "Entra of Grace",
        "value=\"2\"",
    ] {
        assert!(both.body.contains(word), "{word}: {}", both.body);
    }

    let second = [("draft[id]", id.as_str()), ("draft[version]", "2")];
    let bad = [second[0], second[1], ("draft[domains]", "one.example\nco.uk")];
    leads_to(&send(&stage, &admin, DOMAINS, &bad).await, &about("domains"));
    let back = open(&stage, &admin, &about("domains")).await;
    assert!(
        back.body.contains("one.example") && back.body.contains("2: "),
        "{}",
        back.body
    );
    leads_to(&send(&stage, &admin, DISABLE, &second).await, &details);
    assert!(open(&stage, &admin, &details).await.body.contains("Disabled"));

    leads_to(&send(&stage, &admin, TEST, &[("id", &id)]).await, &about("test"));
    let test = open(&stage, &admin, &about("test")).await;
    assert!(
        test.body.contains("Open the sign-in in a new window") && test.body.contains("/test/"),
        "{}",
        test.body
    );
    let said = open(&stage, &admin, &format!("{}&message=AADSTS50011", about("test"))).await;
    assert!(
        said.body.contains("The redirect URI is not registered"),
        "{}",
        said.body
    );

    let question = open(&stage, &admin, &about("delete")).await;
    assert!(question.body.contains("What stops") && question.body.contains("No domain is mapped"));
    let third = [("draft[id]", id.as_str()), ("draft[version]", "3")];
    leads_to(&send(&stage, &admin, DELETE, &third).await, "/users/idps");
    let gone = stage
        .call(Call::get(&details).cookie(portal_cookie(&admin)))
        .await;
    assert_eq!(gone.status, 404);
}
