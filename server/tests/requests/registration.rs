//! Registrations, operators and the first log-in, as browsers without script meet them.

use crate::requests::{NOTHING, SIGN_IN, sign_in};
use crate::stage::{Call, PASSWORD, Reply, Stage, cookie, portal_cookie, tenant};
use domain::Vendor;

const REGISTER: &str = "/api/app/api/portal/registrations/register";
const CONFIRM: &str = "/api/app/api/portal/registrations/confirm_registration";
const FIRST: &str = "/api/app/api/portal/first_password/set_first_password";
const EDIT: &str = "/api/app/api/portal/account/edit_account";
const OPERATOR_SIGN_IN: &str = "/operator/api/app/api/operator/session/sign_in";
const APPROVE: &str = "/operator/api/app/api/operator/registrations/approve_registration";
const REFUSE: &str = "/operator/api/app/api/operator/registrations/refuse_registration";
const NEW: &str = "a loaf for every day";

/// The form, with another address.
fn form(email: &str) -> Vec<(&'static str, String)> {
    [
        ("draft[company]", "Northwind"),
        ("draft[address]", "Harbour Road 1"),
        ("draft[address2]", ""),
        ("draft[city]", "Hamburg"),
        ("draft[post_code]", "20457"),
        ("draft[country]", "DE"),
        ("draft[state]", "Hamburg"),
        ("draft[industry]", "logistics"),
        ("draft[email]", email),
        ("draft[first_name]", "Eva"),
        ("draft[last_name]", "Lund"),
        ("draft[phone]", "+49 40 123456"),
        ("draft[language]", "en"),
        ("draft[privacy]", "true"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

impl Stage {
    async fn register(&self, email: &str) -> Reply {
        self.call(Call::submit(REGISTER).form(&form(email))).await
    }

    /// What the mail to `to` says last.
    async fn mail_to(&self, to: &str) -> String {
        self.do_jobs().await;
        let mails = self.cloud.outside.mails();
        mails
            .iter()
            .rev()
            .find(|mail| mail.to == to)
            .unwrap()
            .text
            .clone()
    }

    async fn do_jobs(&self) {
        let jobs = access::jobs::Jobs::default;
        for jobs in [portal::jobs(jobs()), portal::mails::jobs(jobs())] {
            jobs.run_due(&self.cloud.services).await.unwrap();
        }
    }

    async fn sign_operator_in(&self) -> String {
        let fields = [
            ("draft[user]", "operator@vendor.example"),
            ("draft[password]", PASSWORD),
            ("draft[next]", ""),
        ];
        let reply = self.call(Call::submit(OPERATOR_SIGN_IN).form(&fields)).await;
        leads_to(&reply, "/operator/registrations");
        reply.cookie("__Host-operator").unwrap().0
    }
}

fn leads_to(reply: &Reply, path: &str) {
    assert_eq!(
        (reply.status, reply.header("location")),
        (303, path),
        "{}",
        reply.body
    );
}

/// What stands behind `mark` to the end of its line.
fn after<'a>(text: &'a str, mark: &str) -> &'a str {
    let (_, rest) = text
        .split_once(mark)
        .unwrap_or_else(|| panic!("{mark} in {text}"));
    rest.lines().next().unwrap().trim()
}

#[tokio::test]
async fn a_company_comes_in_without_script() {
    let stage = Stage::open().await;
    registers_and_confirms(&stage).await;
    let password = is_approved(&stage).await;
    logs_in_for_the_first_time(&stage, &password).await;
}

async fn registers_and_confirms(stage: &Stage) {
    let gate = stage.call(Call::get("/login")).await;
    assert!(gate.body.contains("href=\"/register\""), "{}", gate.body);
    let page = stage.call(Call::get("/register")).await;
    assert_eq!(page.status, 200);
    for words in [
        "IGEL Customer &amp; Account Registration",
        "Company Information",
        "COMPANY NAME",
        "STATE/PROVINCE",
        "Personal Information",
        "LOGIN-EMAIL",
        "CHOOSE YOUR PREFERRED LANGUAGE",
        "I HAVE READ AND ACCEPT THE PRIVACY POLICIES.",
        "Required information",
        "href=\"/terms\"",
        "href=\"/privacy\"",
    ] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    leads_to(&stage.register("eva@northwind.example").await, "/register/sent");
    let sent = stage.call(Call::get("/register/sent")).await;
    assert!(sent.body.contains("please check your spam folder"));

    // SEC-26: opening changes nothing, and nobody else hears of the address.
    let mail = stage.mail_to("eva@northwind.example").await;
    let token = after(&mail, "/register/confirm?token=").to_owned();
    let link = format!("/register/confirm?token={token}");
    let untouched = stage.written();
    for _ in 0..3 {
        let page = stage.call(Call::get(&link)).await;
        assert_eq!(
            (page.status, page.header("referrer-policy")),
            (200, "no-referrer")
        );
        assert!(page.body.contains("Northwind"));
    }
    assert_eq!(stage.written(), untouched);
    leads_to(
        &stage.call(Call::submit(CONFIRM).form(&[("token", &token)])).await,
        &link,
    );
    let page = stage.call(Call::get(&link)).await;
    assert!(
        page.body.contains("Your registration is confirmed"),
        "{}",
        page.body
    );
    // A second time says so, on the same page.
    leads_to(
        &stage.call(Call::submit(CONFIRM).form(&[("token", &token)])).await,
        &link,
    );
}

/// The operator's check. Answers the one-time password.
async fn is_approved(stage: &Stage) -> String {
    let operator = stage.sign_operator_in().await;
    let mine = || cookie::<Vendor>(&operator);
    let list = stage
        .call(Call::get("/operator/registrations").cookie(mine()))
        .await;
    let path = list.body.split("href=\"/operator/registrations/").nth(1).unwrap();
    let id = path.split('"').next().unwrap().to_owned();
    let here = format!("/operator/registrations/{id}");
    let page = stage.call(Call::get(&here).cookie(mine())).await;
    for words in [
        "Mail domain",
        "northwind.example",
        "names no mail server",
        "Approve",
        "Refuse",
    ] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    // Without a reason nothing is refused, and the form comes back to this registration.
    let refuse = Call::submit(REFUSE).form(&[("draft[id]", id.as_str()), ("draft[reason]", "")]);
    leads_to(&stage.call(refuse.cookie(mine())).await, &here);
    let page = stage.call(Call::get(&here).cookie(mine())).await;
    assert!(page.body.contains("Please fill this in."), "{}", page.body);
    let approve = Call::submit(APPROVE).form(&[("draft[id]", id.as_str()), ("draft[name]", "Northwind")]);
    leads_to(
        &stage.call(approve.cookie(mine())).await,
        "/operator/registrations",
    );

    let mail = stage.mail_to("eva@northwind.example").await;
    after(&mail, "One-time password: ").to_owned()
}

async fn logs_in_for_the_first_time(stage: &Stage, password: &str) {
    let fields = [
        ("draft[user]", "eva@northwind.example"),
        ("draft[password]", password),
        ("draft[next]", "/users/overview"),
    ];
    let reply = stage.call(Call::submit(SIGN_IN).form(&fields)).await;
    let session = reply.cookie("__Host-portal").unwrap().0;
    for path in [
        "/",
        "/users/overview",
        "/account",
        "/my-account",
        "/my-account/password",
        "/users/idps",
    ] {
        let reply = stage.call(Call::get(path).cookie(portal_cookie(&session))).await;
        leads_to(&reply, "/first-password");
    }
    let page = stage
        .call(Call::get("/first-password").cookie(portal_cookie(&session)))
        .await;
    assert!(
        page.body.contains("Password rules") && page.body.contains("eva@northwind.example"),
        "{}",
        page.body
    );
    let choose = |password: &str| {
        Call::submit(FIRST)
            .form(&[("draft[password]", password)])
            .cookie(portal_cookie(&session))
    };
    leads_to(&stage.call(choose("too short")).await, "/first-password");
    let page = stage
        .call(Call::get("/first-password").cookie(portal_cookie(&session)))
        .await;
    assert!(page.body.contains("At least 15 characters."), "{}", page.body);
    let reply = stage.call(choose(NEW)).await;
    leads_to(&reply, "/");
    let session = reply.cookie("__Host-portal").unwrap().0;
    let page = stage
        .call(Call::get("/account").cookie(portal_cookie(&session)))
        .await;
    for words in [
        "Northwind",
        "Hamburg",
        "Logistics and Transportation",
        "href=\"/account/edit\"",
    ] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    let reply = stage
        .call(Call::get("/first-password").cookie(portal_cookie(&session)))
        .await;
    leads_to(&reply, "/");
}

#[tokio::test]
async fn a_refused_registration_keeps_what_was_typed_and_says_why() {
    let stage = Stage::open().await;
    let reply = stage.register("eva@gmail.com").await;
    leads_to(&reply, "/register");
    let kept = reply.cookie("__Host-portal").unwrap().0;
    let page = stage
        .call(Call::get("/register").cookie(portal_cookie(&kept)))
        .await;
    for words in [
        "A free mail service belongs to no single company.",
        "Harbour Road 1",
        "eva@gmail.com",
        "+49 40 123456",
    ] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    stage.do_jobs().await;
    assert!(stage.cloud.outside.mails().is_empty());
    leads_to(&stage.register("eva@northwind.example").await, "/register/sent");
}

#[tokio::test]
async fn an_address_in_use_is_answered_to_the_byte_like_any_other() {
    let stage = Stage::open().await;
    stage.contoso.add(&stage.cloud, "kai.berg", &["obs-admin"]).await;
    let visible = |reply: Reply| {
        let mut headers = reply.headers;
        headers.remove("x-request-id");
        (reply.status, headers, reply.body)
    };
    let known = visible(stage.register("kai.berg@contoso.example").await);
    let unknown = visible(stage.register("eva.lund@contoso.example").await);
    assert_eq!(known, unknown);
}

#[tokio::test]
async fn sessions_of_one_system_lead_to_the_sign_in_of_the_other() {
    let stage = Stage::open().await;
    let (user, operator) = (sign_in(&stage).await, stage.sign_operator_in().await);
    for path in ["/operator", "/operator/registrations", "/operator/accounts"] {
        let reply = stage
            .call(
                Call::get(path)
                    .cookie(cookie::<Vendor>(&user))
                    .cookie(portal_cookie(&user)),
            )
            .await;
        assert_eq!(reply.status, 303, "{path}");
        assert!(
            reply.header("location").starts_with("/operator/login"),
            "{path}: {}",
            reply.header("location")
        );
        let reply = stage
            .call(Call::get(path).cookie(cookie::<Vendor>(&operator)))
            .await;
        assert_eq!(reply.status, 200, "{path}");
    }
    for path in ["/", "/account", "/users/overview"] {
        let reply = stage
            .call(
                Call::get(path)
                    .cookie(portal_cookie(&operator))
                    .cookie(cookie::<Vendor>(&operator)),
            )
            .await;
        assert_eq!(reply.status, 303, "{path}");
        assert!(
            reply.header("location").starts_with("/login"),
            "{path}: {}",
            reply.header("location")
        );
        let reply = stage.call(Call::get(path).cookie(portal_cookie(&user))).await;
        assert_eq!(reply.status, 200, "{path}");
    }
}

#[tokio::test]
async fn an_operator_sees_accounts_with_people_and_activity() {
    let stage = Stage::open().await;
    let operator = stage.sign_operator_in().await;
    let open = async |path: String| {
        stage
            .call(Call::get(path).cookie(cookie::<Vendor>(&operator)))
            .await
    };
    let list = open("/operator/accounts".to_owned()).await;
    assert!(
        list.body.contains("Contoso") && list.body.contains("Fabrikam"),
        "{}",
        list.body
    );
    let account = format!("/operator/accounts/{}", stage.contoso.account);
    assert!(
        open(account.clone())
            .await
            .body
            .contains("IGEL OS Onboarding records")
    );
    assert!(
        open(format!("{account}/users"))
            .await
            .body
            .contains("admin@contoso.example")
    );
    let activity = open(format!("{account}/activity")).await;
    assert!(
        activity.body.contains("admin@contoso.example"),
        "{}",
        activity.body
    );
    let missing = uuid::Uuid::from_u128(7);
    for path in ["", "/users", "/activity"] {
        assert_eq!(
            open(format!("/operator/accounts/{missing}{path}")).await.status,
            404,
            "{path}"
        );
    }
    assert_eq!(
        open(format!("/operator/registrations/{missing}")).await.status,
        404
    );
    let waiting = tenant::registration(&stage.cloud, "one", 1, true).await;
    assert_eq!(
        open(format!("/operator/registrations/{waiting}")).await.status,
        200
    );
}

#[tokio::test]
async fn f30_a_save_that_comes_too_late_shows_what_is_saved_now_beside_what_was_typed() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    let save = |version: &str, city: &str| {
        let fields: Vec<_> = form("")
            .into_iter()
            .filter(|(name, _)| {
                ![
                    "draft[email]",
                    "draft[first_name]",
                    "draft[last_name]",
                    "draft[language]",
                    "draft[privacy]",
                ]
                .contains(name)
            })
            .map(|(name, value)| match name {
                "draft[company]" => (name, "Contoso".to_owned()),
                "draft[city]" => (name, city.to_owned()),
                _ => (name, value),
            })
            .chain([("draft[version]", version.to_owned())])
            .collect();
        Call::submit(EDIT).form(&fields).cookie(portal_cookie(&session))
    };
    let page = stage
        .call(Call::get("/account/edit").cookie(portal_cookie(&session)))
        .await;
    let version = |page: &str| {
        let (before, _) = page.split_once("name=\"draft[version]\"").unwrap();
        let tag = &page[before.rfind('<').unwrap()..];
        tag.split("value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    let seen = version(&page.body);
    leads_to(&stage.call(save(&seen, "Kiel")).await, "/account");
    leads_to(&stage.call(save(&seen, "Bremen")).await, "/account/edit");
    let page = stage
        .call(Call::get("/account/edit").cookie(portal_cookie(&session)))
        .await;
    for words in ["Somebody else has saved meanwhile", "Kiel", "Bremen"] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    // Having seen both, they may put theirs in its place.
    leads_to(
        &stage.call(save(&version(&page.body), "Bremen")).await,
        "/account",
    );
    let page = stage
        .call(Call::get("/account").cookie(portal_cookie(&session)))
        .await;
    assert!(page.body.contains("Bremen") && !page.body.contains("Kiel"));
}

#[tokio::test]
async fn texts_of_the_operator_are_shown_as_text() {
    let stage = Stage::open().await;
    let page = stage.call(Call::get("/terms")).await;
    assert!(
        page.status == 200 && page.body.contains("has not published this text"),
        "{}",
        page.body
    );
    let page = stage.call(Call::get("/privacy")).await;
    assert!(page.status == 200 && page.body.contains("Privacy Policy"));
    let reply = stage.call(Call::post(REGISTER).form(&NOTHING)).await;
    assert_eq!(reply.status, 422);
}
