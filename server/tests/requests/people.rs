//! Invitations, roles and users through pages and forms, without script.

use access::jobs::Jobs;
use domain::people::PersonId;
use domain::user::UserState;

use crate::requests::{ME, NOTHING, sign_in};
use crate::stage::{Call, Reply, Stage, portal_cookie};

const INVITE: &str = "/api/app/api/portal/invitations/invite_user";
const INVITE_MANY: &str = "/api/app/api/portal/invitations/invite_users";
const RESEND: &str = "/api/app/api/portal/invitations/resend_invitation";
const CANCEL: &str = "/api/app/api/portal/invitations/cancel_invitation";
const ACCEPT: &str = "/api/app/api/portal/invitations/accept_invitation";
const DECLINE: &str = "/api/app/api/portal/invitations/decline_invitation";
const ADD_ROLE: &str = "/api/app/api/portal/users/add_role";
const REMOVE_ROLE: &str = "/api/app/api/portal/users/remove_role";
const DEACTIVATE: &str = "/api/app/api/portal/users/deactivate_user";
const RESTORE: &str = "/api/app/api/portal/users/restore_user";

const ADA: &str = "ada@contoso.example";
const PASSWORD: &str = "another loaf at eight";

const LAST: &str = "This user only has one role, removing it will deactivate the user";

async fn open(stage: &Stage, session: &str, path: &str) -> Reply {
    stage.call(Call::get(path).cookie(portal_cookie(session))).await
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

/// The token of the last mail to an address.
async fn token(stage: &Stage, to: &str) -> String {
    let jobs = portal::mails::jobs(Jobs::default());
    jobs.run_due(&stage.cloud.services).await.unwrap();
    let mails = stage.cloud.outside.mails();
    let mail = mails.iter().rev().find(|mail| mail.to == to).unwrap();
    let token = mail.text.split("/invitation?token=").nth(1).unwrap();
    token.split_whitespace().next().unwrap().to_owned()
}

async fn invite(stage: &Stage, session: &str) -> String {
    let fields = [("draft[email]", ADA), ("draft[role]", "obs-admin")];
    leads_to(
        &send(stage, session, INVITE, &fields).await,
        "/users/overview?sort=created&dir=desc",
    );
    token(stage, ADA).await
}

fn accepting<'a>(token: &'a str, password: &'a str) -> [(&'static str, &'a str); 4] {
    [
        ("draft[token]", token),
        ("draft[first_name]", "Ada"),
        ("draft[last_name]", "Berg"),
        ("draft[password]", password),
    ]
}

#[tokio::test]
async fn an_invitation_is_sent_accepted_and_opens_only_what_its_role_allows() {
    let stage = Stage::open().await;
    let admin = sign_in(&stage).await;
    let refused = [("draft[email]", "nobody"), ("draft[first_name]", "Ada")];
    leads_to(
        &send(&stage, &admin, INVITE, &refused).await,
        "/users/administration/invite",
    );
    let form = open(&stage, &admin, "/users/administration/invite").await;
    assert!(form.body.contains("value=\"nobody\"") && form.body.contains("value=\"Ada\""));
    assert!(form.body.contains("Not an e-mail address.") && form.body.contains("Please choose"));

    let token = invite(&stage, &admin).await;
    let list = open(&stage, &admin, "/users/overview?sort=created&dir=desc").await;
    for words in [
        ADA,
        "OBS Admin",
        "Pending",
        "Resend",
        "Cancel",
        "Invitation Status",
    ] {
        assert!(list.body.contains(words), "{words}");
    }

    // A mail scanner opens the link: nothing is written, nothing is answered.
    let before = stage.written();
    let link = format!("/invitation?token={token}");
    for method in ["GET", "HEAD", "GET"] {
        let page = stage
            .call(Call::new(method, link.as_str()).header("accept", "text/html"))
            .await;
        assert_eq!(page.status, 200);
        assert!(method == "HEAD" || (page.body.contains("Accept") && page.body.contains("Decline")));
    }
    assert_eq!(stage.written(), before);

    let short = stage
        .call(Call::submit(ACCEPT).form(&accepting(&token, "short")))
        .await;
    leads_to(&short, &link);
    let (kept, _) = short.cookie("__Host-portal").unwrap();
    let page = open(&stage, &kept, &link).await;
    assert!(page.body.contains("At least 15 characters.") && page.body.contains("value=\"Berg\""));

    let accepted = stage
        .call(Call::submit(ACCEPT).form(&accepting(&token, PASSWORD)))
        .await;
    leads_to(&accepted, "/");
    let (ada, _) = accepted.cookie("__Host-portal").unwrap();
    assert_ne!(ada, kept);
    let home = open(&stage, &ada, "/").await;
    assert!(home.body.contains("IGEL OS IdP") && !home.body.contains("UMS Registration"));
    assert!(!home.body.contains("User &amp; Role Administration") && !home.body.contains("/users/overview"));
    for page in [
        "/users/overview",
        "/users/administration",
        "/users/administration/invite",
    ] {
        assert_eq!(open(&stage, &ada, page).await.status, 403, "{page}");
        assert_eq!(open(&stage, &admin, page).await.status, 200, "{page}");
    }
    let used = open(&stage, "", &link).await;
    assert!(used.body.contains("This invitation is accepted already") && used.body.contains("/login"));
    assert!(!used.body.contains(ADA));
}

#[tokio::test]
async fn declined_cancelled_replaced_and_expired_links_say_so() {
    let stage = Stage::open().await;
    let admin = sign_in(&stage).await;
    let shown = async |token: &str| open(&stage, "", &format!("/invitation?token={token}")).await.body;

    let first = invite(&stage, &admin).await;
    let declined = stage
        .call(Call::submit(DECLINE).form(&[("token", first.as_str())]))
        .await;
    leads_to(&declined, &format!("/invitation?token={first}"));
    assert!(shown(&first).await.contains("You have declined"));
    assert!(
        open(&stage, &admin, "/users/overview")
            .await
            .body
            .contains("Declined")
    );

    let second = invite(&stage, &admin).await;
    let auth = stage.contoso.may(&stage.cloud).await;
    let rows = portal::users::list(&auth, domain::page::ListQuery::default())
        .await
        .unwrap()
        .rows;
    let found = rows.iter().find(|row| row.email == ADA).map(|row| row.id);
    let Some(PersonId::Invitation(id)) = found else {
        panic!("{rows:?}")
    };
    let id = id.to_string();
    leads_to(
        &send(&stage, &admin, RESEND, &[("id", &id)]).await,
        "/users/overview",
    );
    let third = token(&stage, ADA).await;
    assert!(shown(&second).await.contains("This link does not work"));
    assert!(shown(&third).await.contains("Accept"));
    leads_to(
        &send(&stage, &admin, CANCEL, &[("id", &id)]).await,
        "/users/overview",
    );
    assert!(shown(&third).await.contains("The invitation was cancelled"));
    // What is refused in a row is said above the list.
    leads_to(
        &send(&stage, &admin, CANCEL, &[("id", &id)]).await,
        "/users/overview",
    );
    assert!(
        open(&stage, &admin, "/users/overview")
            .await
            .body
            .contains("not open any more")
    );

    let fourth = invite(&stage, &admin).await;
    stage.cloud.clock.advance(time::Duration::days(30));
    assert!(shown(&fourth).await.contains("The invitation has expired"));
    let late = stage
        .call(Call::submit(ACCEPT).form(&accepting(&fourth, PASSWORD)))
        .await;
    leads_to(&late, &format!("/invitation?token={fourth}"));
    for nothing in ["", "x", "%00", "%3Cscript%3E"] {
        assert!(
            shown(nothing).await.contains("This link does not work"),
            "{nothing}"
        );
    }
}

#[tokio::test]
async fn somebody_else_who_is_signed_in_cannot_accept_and_is_told_the_way_out() {
    let stage = Stage::open().await;
    let admin = sign_in(&stage).await;
    let token = invite(&stage, &admin).await;
    let link = format!("/invitation?token={token}");
    let page = open(&stage, &admin, &link).await;
    for words in [
        "Somebody else is logged in",
        "admin@contoso.example",
        ADA,
        "Log out",
    ] {
        assert!(page.body.contains(words), "{words}");
    }
    let refused = send(&stage, &admin, ACCEPT, &accepting(&token, PASSWORD)).await;
    leads_to(&refused, &link);
    assert!(
        refused
            .cookie("__Host-portal")
            .is_none_or(|(value, _)| value == admin)
    );
    let me = Call::post(ME).form(&NOTHING).cookie(portal_cookie(&admin));
    assert!(stage.call(me).await.body.contains("admin@contoso.example"));
    // Another language brings the same page, not the start page.
    let german = stage
        .call(Call::submit("/preferences").form(&[("lang", "de"), ("back", link.as_str())]))
        .await;
    leads_to(&german, &link);
    leads_to(
        &stage
            .call(Call::submit(ACCEPT).form(&accepting(&token, PASSWORD)))
            .await,
        "/",
    );
}

#[tokio::test]
async fn the_last_role_is_removed_in_two_steps_without_script() {
    let stage = Stage::open().await;
    let admin = sign_in(&stage).await;
    let ada = stage.contoso.add(&stage.cloud, "ada", &["support-manager"]).await;
    let (session, id) = (stage.portal_session(ada).await, ada.to_string());
    let page = "/users/administration/remove-role";
    let form = open(&stage, &admin, page).await;
    assert!(form.body.contains(ADA) && form.body.contains("Please choose") && !form.body.contains(LAST));
    assert!(
        form.body
            .contains("Please select the user you want to remove from this role")
    );

    let fields = [("draft[user]", id.as_str()), ("draft[role]", "support-manager")];
    leads_to(&send(&stage, &admin, REMOVE_ROLE, &fields).await, page);
    let warned = open(&stage, &admin, page).await;
    assert!(warned.body.contains(LAST) && warned.body.contains("name=\"draft[told]\""));
    assert_eq!(open(&stage, &session, "/").await.status, 200);
    // From the row the warning comes at once.
    assert!(
        open(&stage, &admin, &format!("{page}?user={id}"))
            .await
            .body
            .contains(LAST)
    );

    let told = [fields[0], fields[1], ("draft[told]", "true")];
    leads_to(&send(&stage, &admin, REMOVE_ROLE, &told).await, "/users/overview");
    leads_to(&open(&stage, &session, "/").await, "/login");
    let list = open(&stage, &admin, "/users/overview").await;
    assert!(list.body.contains("Restore"), "{}", list.body);

    leads_to(
        &send(&stage, &admin, RESTORE, &[("id", &id)]).await,
        "/users/overview",
    );
    let role = [("draft[user]", id.as_str()), ("draft[role]", "ums-admin")];
    leads_to(&send(&stage, &admin, ADD_ROLE, &role).await, "/users/overview");
    let question = open(
        &stage,
        &admin,
        &format!("/users/administration/deactivate?user={id}"),
    )
    .await;
    assert!(question.status == 200 && question.body.contains(ADA) && question.body.contains(&id));
    leads_to(
        &send(&stage, &admin, DEACTIVATE, &[("id", &id)]).await,
        "/users/overview",
    );
    stage
        .contoso
        .set_state(&stage.cloud, "ada", UserState::Active)
        .await;
}

#[tokio::test]
async fn a_page_about_a_user_of_another_company_is_not_there() {
    let stage = Stage::open().await;
    let admin = sign_in(&stage).await;
    let page = |id: &str| format!("/users/administration/deactivate?user={id}");
    let theirs = stage
        .fabrikam
        .add(&stage.cloud, "theirs", &["obs-admin"])
        .await
        .to_string();
    let own = stage
        .contoso
        .add(&stage.cloud, "own", &["obs-admin"])
        .await
        .to_string();
    assert_eq!(open(&stage, &admin, &page(&own)).await.status, 200);
    for id in [theirs.as_str(), "nothing", ""] {
        let reply = open(&stage, &admin, &page(id)).await;
        assert_eq!(reply.status, 404, "{id}");
        assert!(!reply.body.contains("fabrikam"));
    }
    let form = open(
        &stage,
        &admin,
        &format!("/users/administration/add-role?user={theirs}"),
    )
    .await;
    assert!(form.status == 200 && !form.body.contains("theirs@"));
}

#[tokio::test]
async fn a_list_with_one_line_that_does_not_work_invites_nobody() {
    let stage = Stage::open().await;
    let admin = sign_in(&stage).await;
    let page = "/users/administration/invite-list";
    let list = |lines: &'static str| [("draft[lines]", lines), ("draft[role]", "ums-admin")];
    let mixed = list("good@contoso.example\r\nadmin@contoso.example\r\nnobody");
    leads_to(&send(&stage, &admin, INVITE_MANY, &mixed).await, page);
    let form = open(&stage, &admin, page).await;
    assert!(form.body.contains("3: Not an e-mail address."), "{}", form.body);
    assert!(form.body.contains("good@contoso.example"));
    assert!(
        !open(&stage, &admin, "/users/overview")
            .await
            .body
            .contains("good@")
    );

    let known = list("good@contoso.example\nadmin@contoso.example");
    leads_to(&send(&stage, &admin, INVITE_MANY, &known).await, page);
    assert!(
        open(&stage, &admin, page)
            .await
            .body
            .contains("2: Somebody with this address")
    );
    let good = list("good@contoso.example\nAlso Good <also@contoso.example>; OBS Admin");
    leads_to(
        &send(&stage, &admin, INVITE_MANY, &good).await,
        "/users/overview?sort=created&dir=desc",
    );
    let overview = open(&stage, &admin, "/users/overview").await.body;
    assert!(overview.contains("good@contoso.example") && overview.contains("Also Good"));
}

#[tokio::test]
async fn the_roles_are_shown_as_the_customer_knows_them() {
    let stage = Stage::open().await;
    let admin = sign_in(&stage).await;
    let page = open(&stage, &admin, "/users/roles").await;
    for right in domain::role::Row::ALL {
        assert!(
            page.body.contains(right.label()) && page.body.contains(right.group()),
            "{right:?}"
        );
    }
    let ticks: usize = domain::role::Row::ALL
        .iter()
        .map(|right| right.roles().len())
        .sum();
    assert_eq!(page.body.matches('✓').count(), ticks);
}
