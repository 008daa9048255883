//! The example company: its account, its people, and its devices, made by the programs' own command lines. The records of the
//! walk-through (identity provider, routing) are left to the reader; what to type is printed.

use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::{
    demo::{Demo, IDP, MAIL_WEB, ONBOARDING, PORTAL, UMS, secrets::Secrets, supervise::Supervisor},
    failure::{Doing as _, Failure, Outcome},
};

const ACCOUNT: &str = "Contoso";
const DEVICES: &str = "20";

/// One sign-in for each role of the Customer Portal.
const ROLES: [(&str, &str); 6] = [
    ("super-admin", "Super Admin"),
    ("account-admin", "Account Admin"),
    ("obs-admin", "OBS Admin"),
    ("ums-admin", "UMS Admin"),
    ("support-manager", "Support Manager"),
    ("app-portal-user", "App Portal User"),
];

const SUPERUSER: &str = "superuser";

/// Makes what an earlier start has not made; returns addresses and sign-ins as text.
pub fn prepare(demo: &Demo, secrets: &mut Secrets) -> Outcome<String> {
    secrets.once("account", || {
        cosmos(demo, &["account", "create", "--name", ACCOUNT], "").map(drop)
    })?;
    let mut users = Vec::new();
    for (role, called) in ROLES {
        let email = format!("{}@contoso.example", role.replace('-', "."));
        let password = secrets.password(&email)?;
        let (first, last) = called.split_once(' ').unwrap_or((called, ""));
        let names = ["--first-name", first, "--last-name", last];
        let who = [
            "user",
            "add",
            "--account",
            ACCOUNT,
            "--email",
            &email,
            "--role",
            role,
            "--password-stdin",
        ];
        secrets.once(&email, || {
            cosmos(demo, &[&who[..], &names].concat(), &password).map(drop)
        })?;
        users.push(line(called, &email, &password));
    }
    let password = secrets.password(SUPERUSER)?;
    secrets.once(SUPERUSER, || {
        cosmos(
            demo,
            &["ums", "superuser", "set", "--name", SUPERUSER, "--password-stdin"],
            &password,
        )
        .map(drop)
    })?;
    let idp = personas(demo)?;
    Ok(format!(
        "Customer Portal        http://localhost:{PORTAL}\n{users}\n\n\
         UMS Web App            http://localhost:{PORTAL}/webapp\n{superuser}\n\n\
         Onboarding Service     http://localhost:{ONBOARDING}   (devices: https://localhost:{UMS})\n\n\
         Contoso's identity provider, to be registered in the portal; the redirect URI it knows is http://localhost:{ONBOARDING}/\n\
         {client}\n{people}\n\n\
         Mail that was sent     http://127.0.0.1:{MAIL_WEB}\n",
        users = users.join("\n"),
        superuser = line("Superuser", SUPERUSER, &password),
        client = client(&idp),
        people = people(&idp),
    ))
}

/// Twenty devices, each with a key and an enrolment of its own.
pub fn start_fleet(demo: &Demo, supervisor: &mut Supervisor, secrets: &mut Secrets) -> Outcome {
    let made = secrets.keep("first-authentication key of the fleet", || {
        cosmos(
            demo,
            &["ums", "key", "create", "--uses", DEVICES, "--days", "365"],
            "",
        )
    })?;
    let made: Value = serde_json::from_str(&made).doing("the answer of `cosmos ums key create`")?;
    let said = |name: &str| {
        let value = made.get(name).and_then(Value::as_str);
        value.ok_or_else(|| Failure::new(format!("`cosmos ums key create` printed no {name}")))
    };
    let mut fleet = demo.device();
    fleet.args([
        "fleet",
        "--count",
        DEVICES,
        "--server",
        "localhost",
        "--port",
        &UMS.to_string(),
    ]);
    fleet.args(["--key", said("secret")?, "--token", said("communication_token")?]);
    supervisor.start("fleet", &mut fleet)?;
    Ok(())
}

/// The file that the identity provider reads itself.
fn personas(demo: &Demo) -> Outcome<Value> {
    let path = demo.workspace.path("end2end/fixtures/personas.json");
    let text = fs::read_to_string(&path).doing(path.display())?;
    serde_json::from_str(&text).doing(path.display())
}

/// What the form of the portal asks for.
fn client(idp: &Value) -> String {
    let of = |name: &str| {
        idp.pointer(&format!("/client/{name}"))
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let issuer = format!("http://127.0.0.1:{IDP}");
    let rows = [
        ("Client ID", of("id")),
        ("Client secret", of("secret")),
        ("Issuer", issuer.clone()),
        ("Authorization endpoint", format!("{issuer}/auth")),
        ("Token endpoint", format!("{issuer}/token")),
        ("UserInfo endpoint", format!("{issuer}/me")),
        ("Keys (JWKS)", format!("{issuer}/jwks")),
    ];
    rows.map(|(name, value)| line(name, &value, "")).join("\n")
}

fn people(idp: &Value) -> String {
    let people = idp.get("people").and_then(Value::as_array).into_iter().flatten();
    let lines = people.filter_map(|person| {
        let text = |name: &str| person.get(name).and_then(Value::as_str);
        Some(line("Person", text("login")?, text("password")?))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn line(what: &str, who: &str, password: &str) -> String {
    format!("  {what:<22} {who:<36} {password}").trim_end().to_owned()
}

/// Runs `cosmos ARGUMENTS` to its end, with a secret on standard input where it takes one; what it printed.
fn cosmos(demo: &Demo, arguments: &[&str], secret: &str) -> Outcome<String> {
    let mut command: Command = demo.cosmos();
    let shown = format!("cosmos {}", arguments.join(" "));
    let mut child = command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .doing(format_args!("cannot start `{shown}`"))?;
    if let Some(mut input) = child.stdin.take() {
        // A program that ends without reading says why itself.
        let _unread = input.write_all(secret.as_bytes());
    }
    let done = child.wait_with_output().doing(&shown)?;
    if !done.status.success() {
        return Err(Failure::new(format!("`{shown}` failed ({})", done.status)));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}
