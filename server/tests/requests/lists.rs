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

const CHOICES: &str = "/lists";

async fn choose(stage: &Stage, session: &str, fields: &[(&str, &str)]) -> Reply {
    let form = Call::submit(CHOICES).form(fields);
    stage.call(form.cookie(portal_cookie(session))).await
}

#[tokio::test]
async fn columns_are_remembered_for_each_person_and_list_without_script() {
    let stage = Stage::open().await;
    let bo = stage.contoso.add(&stage.cloud, "bo", &["super-admin"]).await;
    let (session, other) = (admin(&stage).await, stage.portal_session(bo).await);
    let usual = open(&stage, &session, OVERVIEW).await.body;
    assert!(usual.contains("data-label=\"Role\"") && !usual.contains("data-label=\"Created\""));
    let back = "/users/overview?q=admin";
    let fields = [
        ("list", "people"),
        ("act", "columns"),
        ("back", back),
        ("column", "role"),
        ("column", "created"),
        ("column", "no such column"),
    ];
    let reply = choose(&stage, &session, &fields).await;
    assert_eq!((reply.status, reply.header("location")), (303, back));
    // In another browser, too, and for nobody else.
    for (session, chosen) in [(admin(&stage).await, true), (other, false)] {
        let page = open(&stage, &session, OVERVIEW).await.body;
        assert_eq!(page.contains("data-label=\"Created\""), chosen);
        assert_eq!(page.contains("data-label=\"Account\""), !chosen);
        assert!(page.contains("data-label=\"Email\""), "what names the row stays");
    }
    // The address of a link is stronger.
    let link = open(&stage, &session, &format!("{OVERVIEW}?cols=email.active"))
        .await
        .body;
    assert!(link.contains("data-label=\"Active\"") && !link.contains("data-label=\"Created\""));
    choose(
        &stage,
        &session,
        &[("list", "people"), ("act", "usual"), ("back", back)],
    )
    .await;
    assert!(
        !open(&stage, &session, OVERVIEW)
            .await
            .body
            .contains("data-label=\"Created\"")
    );
}

#[tokio::test]
async fn a_view_is_saved_chosen_again_and_deleted_without_script() {
    let stage = Stage::open().await;
    let bo = stage.contoso.add(&stage.cloud, "bo", &["super-admin"]).await;
    let (session, other) = (admin(&stage).await, stage.portal_session(bo).await);
    let save = |name: &'static str, state: &'static str| {
        let fields = [
            ("list", "people"),
            ("act", "save"),
            ("name", name),
            ("state", state),
            ("back", OVERVIEW),
        ];
        let (stage, session) = (&stage, &session);
        async move { choose(stage, session, &fields).await.status }
    };
    // What no list reads is not kept, nor is the page that was open.
    let typed = "f.active=pending&sort=email&evil=javascript%3Aalert&at=abc&row=20";
    assert_eq!(save("Waiting <b>", typed).await, 303);
    let page = open(&stage, &session, OVERVIEW).await.body;
    let href = "href=\"/users/overview?sort=email&amp;f.active=pending\"";
    assert!(
        page.contains(href) && page.contains("Waiting &lt;b&gt;"),
        "{page}"
    );
    let view = open(&stage, &session, "/users/overview?sort=email&f.active=pending").await;
    assert!(view.body.contains("Nothing matches your search"));
    assert!(
        !open(&stage, &other, OVERVIEW).await.body.contains(href),
        "it is nobody else's"
    );
    let elsewhere = open(&stage, &session, "/services/ums").await.body;
    assert!(!elsewhere.contains("class=\"views__row\""), "nor another list's");

    // The same name again replaces it.
    assert_eq!(save("waiting <B>", "q=ada").await, 303);
    let page = open(&stage, &session, OVERVIEW).await.body;
    assert!(page.contains("href=\"/users/overview?q=ada\"") && !page.contains(href));

    for (name, state) in [("", "q=ada"), ("B\nad", "q=ada")] {
        assert_eq!(save(name, state).await, 422, "{name:?}");
    }
    let delete = [
        ("list", "people"),
        ("act", "delete"),
        ("name", "Waiting <b>"),
        ("back", "https://evil.example/"),
    ];
    let reply = choose(&stage, &session, &delete).await;
    assert_eq!((reply.status, reply.header("location")), (303, "/"));
    assert!(!open(&stage, &session, OVERVIEW).await.body.contains("q=ada"));

    // Twenty, and not one more; replacing one of them still goes.
    for number in 0..21 {
        let name = format!("View {number}");
        let fields = [
            ("list", "people"),
            ("act", "save"),
            ("name", &name),
            ("back", OVERVIEW),
        ];
        let status = choose(&stage, &session, &fields).await.status;
        assert_eq!(status, if number < 20 { 303 } else { 422 }, "{number}");
    }
    assert_eq!(save("VIEW 7", "q=x").await, 303);
    assert!(
        open(&stage, &session, OVERVIEW)
            .await
            .body
            .contains("Delete one to save another")
    );
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
