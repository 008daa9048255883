//! Pages and endpoints, as browsers call them.

mod cases;
mod devices;
mod keys;
mod lists;
mod live;
mod os_idps;
mod pages;
mod passwords;
mod people;
mod redirects;
mod refusals;
mod registration;
mod saml;
mod sessions;
mod sign_in;
mod twice;

use crate::stage::{Call, PASSWORD, Stage, portal_cookie};

const SIGN_IN: &str = "/api/app/api/portal/session/sign_in";
const SIGN_OUT: &str = "/api/app/api/portal/session/sign_out";
const ME: &str = "/api/app/api/portal/session/me";
const NOTHING: [(&str, &str); 0] = [];

/// The fields of a sign-in.
fn credentials<'a>(password: &'a str, next: &'a str) -> [(&'static str, &'a str); 3] {
    [
        ("draft[user]", "admin@contoso.example"),
        ("draft[password]", password),
        ("draft[next]", next),
    ]
}

/// Asks who is signed in with that cookie: 200, or 401.
async fn me(stage: &Stage, cookie: &str) -> u16 {
    stage
        .call(Call::post(ME).form(&NOTHING).cookie(portal_cookie(cookie)))
        .await
        .status
}

/// Signs Contoso's Super Admin in with the form: the value of the cookie.
async fn sign_in(stage: &Stage) -> String {
    let reply = stage
        .call(Call::submit(SIGN_IN).form(&credentials(PASSWORD, "")))
        .await;
    reply.cookie("__Host-portal").unwrap().0
}
