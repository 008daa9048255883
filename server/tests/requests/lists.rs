//! Lists through their pages: filters and columns in the address, exports, and several rows at once, all without script.

use crate::stage::{Call, Reply, Stage, portal_cookie};

const OVERVIEW: &str = "/users/overview";

async fn open(stage: &Stage, session: &str, path: &str) -> Reply {
    stage.call(Call::get(path).cookie(portal_cookie(session))).await
}

async fn admin(stage: &Stage) -> String {
    stage.portal_session(stage.contoso.admin).await
}

/// The cells of the first column.
fn column(csv: &str) -> Vec<&str> {
    let rows = csv.trim_start_matches('\u{FEFF}').lines().skip(1);
    rows.map(|row| row.split(',').nth(1).unwrap()).collect()
}

#[tokio::test]
async fn the_address_says_search_filters_order_columns_and_size() {
    let stage = Stage::open().await;
    for name in ["ada", "bo", "cleo"] {
        stage.contoso.add(&stage.cloud, name, &["obs-admin"]).await;
    }
    let session = admin(&stage).await;
    let page = open(
        &stage,
        &session,
        &format!("{OVERVIEW}?f.role=obs-admin&sort=email&dir=desc&per=2&cols=email.created"),
    )
    .await;
    assert_eq!(page.status, 200);
    let (bo, cleo) = (
        page.body.find("bo@contoso").unwrap(),
        page.body.find("cleo@contoso").unwrap(),
    );
    assert!(
        cleo < bo && !page.body.contains("ada@contoso") && !page.body.contains("admin@contoso.example</")
    );
    assert!(page.body.contains("Rows 1 - 2 of 3"), "{}", page.body);
    assert!(
        page.body.contains("data-label=\"Created\"")
            && !page.body.contains("data-label=\"Invitation Status\"")
    );
    // The filter in force has a way out of it, and all others stay.
    assert!(
        page.body
            .contains("href=\"/users/overview?sort=email&amp;dir=desc&amp;per=2&amp;cols=email.created\"")
    );

    let next = page
        .body
        .split("href=\"")
        .find(|part| part.contains("at=") && part.contains("row=2"))
        .unwrap();
    let next = next.split('"').next().unwrap().replace("&amp;", "&");
    let second = open(&stage, &session, &next).await;
    assert!(second.body.contains("Rows 3 - 3 of 3") && second.body.contains("ada@contoso"));

    let nothing = open(&stage, &session, &format!("{OVERVIEW}?f.active=maybe")).await;
    assert!(nothing.body.contains("Nothing matches your search"));
}

#[tokio::test]
async fn a_page_has_at_most_two_hundred_rows_whatever_is_asked_for() {
    let stage = Stage::open().await;
    let session = admin(&stage).await;
    for per in ["200", "201", "65536", "-1", "x"] {
        let page = open(
            &stage,
            &session,
            &format!("{OVERVIEW}?per={per}&row=99999999999999999999"),
        )
        .await;
        assert_eq!(page.status, 200, "{per}");
        assert!(page.body.contains("Rows 1 - 1 of 1"));
    }
}

#[tokio::test]
async fn columns_are_remembered_for_each_list_without_script() {
    let stage = Stage::open().await;
    let session = admin(&stage).await;
    let choose = |fields: &[(&str, &str)]| {
        let mut all = vec![("list", "people"), ("back", "/users/overview?per=10")];
        all.extend_from_slice(fields);
        stage.call(
            Call::submit("/preferences")
                .form(&all)
                .cookie(portal_cookie(&session)),
        )
    };
    let reply = choose(&[
        ("column", "email"),
        ("column", "name"),
        ("column", "x; Path=/"),
        ("lang", ""),
    ])
    .await;
    assert_eq!(
        (reply.status, reply.header("location")),
        (303, "/users/overview?per=10")
    );
    let (value, attributes) = reply.cookie("columns").unwrap();
    assert_eq!(value, "people:email.name");
    assert!(attributes.contains("SameSite=Lax"));

    let call = Call::get(OVERVIEW)
        .cookie(portal_cookie(&session))
        .cookie(("columns", value));
    let page = stage.call(call).await;
    assert!(page.body.contains("data-label=\"Name\"") && !page.body.contains("data-label=\"Role\""));
    let usual = choose(&[("column", "email"), ("usual", "true")]).await;
    assert_eq!(usual.cookie("columns").unwrap().0, "");
    let other = open(&stage, &session, OVERVIEW).await;
    assert!(other.body.contains("data-label=\"Role\"") && !other.body.contains("data-label=\"Name\""));
}

#[tokio::test]
async fn an_export_holds_what_the_filter_finds_and_leaves_a_trace() {
    let stage = Stage::open().await;
    for number in 0..205 {
        let name = format!("user{number:03}");
        stage.contoso.add(&stage.cloud, &name, &["obs-admin"]).await;
    }
    let session = admin(&stage).await;
    let all = open(&stage, &session, "/export/users").await;
    assert_eq!(all.status, 200);
    assert_eq!(all.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        all.header("content-disposition"),
        "attachment; filename=\"users.csv\""
    );
    let head = all.body.trim_start_matches('\u{FEFF}').lines().next().unwrap();
    assert_eq!(
        head,
        "Account,Email,Name,Role,Active,Invitation Status,Days left,Created"
    );
    let mut wanted: Vec<String> = (0..205)
        .map(|number| format!("user{number:03}@contoso.example"))
        .collect();
    wanted.insert(0, "admin@contoso.example".to_owned());
    assert_eq!(
        column(&all.body),
        wanted,
        "more than a page, in order, and nobody of another company"
    );

    let some = open(
        &stage,
        &session,
        "/export/users?f.role=super-admin&per=1&at=nonsense",
    )
    .await;
    assert_eq!(column(&some.body), ["admin@contoso.example"]);
    let page = open(&stage, &session, "/activity?f.kind=list.exported").await;
    assert!(
        page.body.contains("List exported") && page.body.contains("role: super-admin"),
        "{}",
        page.body
    );

    let foreign = Call::get("/export/users").header("sec-fetch-site", "cross-site");
    assert_eq!(
        stage.call(foreign.cookie(portal_cookie(&session))).await.status,
        403
    );
}

#[tokio::test]
async fn nothing_that_people_type_is_a_formula_in_an_export() {
    let stage = Stage::open().await;
    let session = admin(&stage).await;
    let fields = [
        ("draft[email]", "eve@contoso.example"),
        ("draft[first_name]", "=HYPERLINK(\"https://evil.example\")"),
        ("draft[last_name]", "Evans, \"E\""),
        ("draft[role]", "obs-admin"),
        ("draft[language]", "en"),
    ];
    let form = Call::submit("/api/app/api/portal/invitations/invite_user").form(&fields);
    assert_eq!(stage.call(form.cookie(portal_cookie(&session))).await.status, 303);
    let csv = open(&stage, &session, "/export/users?q=eve").await.body;
    assert!(
        csv.contains(",\"'=HYPERLINK(\"\"https://evil.example\"\") Evans, \"\"E\"\"\","),
        "{csv}"
    );
}

#[tokio::test]
async fn several_rows_are_asked_about_and_dealt_with_without_script() {
    let stage = Stage::open().await;
    let mut ids = Vec::new();
    for name in ["ada", "bo"] {
        ids.push(
            stage
                .contoso
                .add(&stage.cloud, name, &["obs-admin"])
                .await
                .to_string(),
        );
    }
    let session = admin(&stage).await;
    let ticked = format!(
        "{OVERVIEW}/selected?act=deactivate&what=ticked&id={}&id={}",
        ids[0], ids[1]
    );
    let question = open(&stage, &session, &ticked).await;
    assert!(question.body.contains("Deactivate users (2)") && question.body.contains("ada@contoso.example"));
    let all = open(
        &stage,
        &session,
        &format!("{OVERVIEW}/selected?act=deactivate&what=all&f.role=obs-admin"),
    )
    .await;
    assert!(all.body.contains("Deactivate users (2)"), "{}", all.body);
    let none = open(
        &stage,
        &session,
        &format!("{OVERVIEW}/selected?act=deactivate&what=ticked"),
    )
    .await;
    assert!(!none.body.contains("Deactivate users ("));

    let deactivate = "/api/app/api/portal/users/deactivate_users";
    let send = async |selection: &str| {
        let form = Call::submit(deactivate).form(&[("selection[ids]", selection)]);
        stage.call(form.cookie(portal_cookie(&session))).await
    };
    // One that is somebody else's: nothing is done.
    let foreign = format!("{} {}", ids[0], stage.fabrikam.admin);
    assert_eq!(
        send(&foreign).await.header("location"),
        "/users/overview/selected"
    );
    assert!(
        open(&stage, &session, &format!("{OVERVIEW}?f.active=no"))
            .await
            .body
            .contains("Nothing matches")
    );
    let done = send(&ids.join(" ")).await;
    assert_eq!(
        (done.status, done.header("location")),
        (303, "/users/overview/selected/done?done=2&refused=0")
    );
    let page = open(&stage, &session, done.header("location")).await;
    assert!(page.body.contains("2 done, 0 not done"));
    assert!(
        open(&stage, &session, &format!("{OVERVIEW}?f.active=no"))
            .await
            .body
            .contains("Rows 1 - 2 of 2")
    );
}

#[tokio::test]
async fn activity_shows_old_and_new_values_and_no_secrets() {
    let stage = Stage::open().await;
    let ada = stage.contoso.add(&stage.cloud, "ada", &["obs-admin"]).await;
    let session = admin(&stage).await;
    let fields = [
        ("draft[user]", ada.to_string()),
        ("draft[role]", "ums-admin".to_owned()),
    ];
    let form = Call::submit("/api/app/api/portal/users/add_role").form(&fields);
    assert_eq!(stage.call(form.cookie(portal_cookie(&session))).await.status, 303);
    let page = open(&stage, &session, "/activity?f.who=admin@&f.kind=user.role_added").await;
    let body = page.body.replace("<!>", "");
    for words in [
        "Role added",
        "admin@contoso.example",
        "ada@contoso.example",
        "<del>OBS Admin</del>",
        "<ins>OBS Admin, UMS Admin</ins>",
    ] {
        assert!(body.contains(words), "{words}: {body}");
    }
    let csv = open(&stage, &session, "/export/activity").await.body;
    assert!(csv.contains("Roles: OBS Admin → OBS Admin, UMS Admin"), "{csv}");
    for secret in ["password", "$argon2", "client-secret", "rye bread"] {
        assert!(!csv.to_lowercase().contains(&format!("{secret}:")), "{secret}");
    }
    let fabrikam = stage.portal_session(stage.fabrikam.admin).await;
    assert!(
        !open(&stage, &fabrikam, "/activity")
            .await
            .body
            .contains("contoso")
    );
}
