//! The pages of the way: look, Continue, leave, come back, result.

use access::Secret;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::onboarding::OnboardingStep;
use domain::{EmailAddress, Language};
use federation::SignInError;
use http::{HeaderValue, StatusCode, header};
use time::OffsetDateTime;
use url::Url;

use super::guest::Guest;
use super::html::{Element, el};
use super::page::Page;
use super::texts::{Texts, texts};
use crate::Failure;
use crate::limits::ASKING_LIFE;
use crate::onboardings::rows::OnboardingRow;
use crate::onboardings::start_probe;
use crate::providers::PROBE_EVERY;
use crate::sign_ins::{self, Answer, Continued, Finished, Leaving};
use crate::test_sign_ins::{self, Tested};

/// Seconds between two looks at a hand-over under way.
const LOOK_AGAIN: u8 = 2;

/// `GET /`: the redirect URI of every identity provider; without parameters a page about what this is.
pub(crate) async fn root(guest: Guest, answer: Result<Query<Answer>, QueryRejection>) -> Response {
    let texts = texts(guest.language);
    let answer = match answer {
        Ok(Query(answer)) if answer.is_empty() => {
            return guest.show(Page::plain(StatusCode::OK, texts.root_title, texts.root_text));
        }
        Ok(Query(answer)) => answer,
        // A parameter came twice (RFC 6749, 3.1).
        Err(_) => return guest.show(unknown(texts)),
    };
    let Some(cookie) = guest.cookie.clone() else {
        return guest.show(unknown(texts));
    };
    match sign_ins::finish(&guest.visitor, &cookie, &answer).await {
        Ok(Finished::Result(language)) => to_result(language),
        Ok(Finished::Unknown) => match test_sign_ins::finish(&guest.visitor, &cookie, &answer).await {
            Ok(Some(Tested::Result(language))) => to_result(language),
            Ok(Some(Tested::Asking(page))) => guest.show(test_asking(texts, &page)),
            Ok(None) => guest.show(unknown(texts)),
            Err(error) => guest.trouble(&error),
        },
        Ok(Finished::ProviderSaid(said)) => guest.show(provider_said(texts, &said)),
        Err(error) => guest.trouble(&error),
    }
}

fn to_result(language: Language) -> Response {
    Redirect::to(&format!("/result?lang={}", language.key())).into_response()
}

/// `GET /sign-in/{token}`: is it the device in front of you? Changes nothing: mail scanners open addresses too.
pub(crate) async fn look(guest: Guest, Path(token): Path<String>) -> Response {
    match sign_ins::look(&guest.visitor, &token).await {
        Ok(Some(run)) => guest.show(question(guest.language, &run, &token)),
        Ok(None) => guest.show(ended(texts(guest.language))),
        Err(error) => guest.trouble(&error),
    }
}

/// `POST /sign-in/{token}`: Continue.
pub(crate) async fn confirm(guest: Guest, Path(token): Path<String>) -> Response {
    let texts = texts(guest.language);
    if !guest.same_origin {
        return guest.show(cross_site(texts));
    }
    let left = match sign_ins::look(&guest.visitor, &token).await {
        Ok(Some(run)) => sign_ins::confirm(&guest.visitor, &run, guest.language).await,
        Ok(None) => return guest.show(ended(texts)),
        Err(error) => Err(error),
    };
    continued(&guest, left, || failed(texts, Failure::Provider))
}

/// What Continue leads to.
fn continued(guest: &Guest, left: access::Result<Continued>, over: impl FnOnce() -> Page) -> Response {
    match left {
        Ok(Continued::Leaving(leaving)) => leave(guest, &leaving),
        Ok(Continued::Away) => away(guest),
        Ok(Continued::Over) => guest.show(over()),
        Err(error) => guest.trouble(&error),
    }
}

/// `GET /test/{token}`: the test sign-in that the portal has begun. Changes nothing.
pub(crate) async fn look_at_test(guest: Guest, Path(token): Path<String>) -> Response {
    let texts = texts(guest.language);
    match test_sign_ins::look(&guest.visitor, &token).await {
        Ok(Some(test)) => {
            let body = vec![
                el("p").text(texts.test_text),
                facts([(texts.issuer, test.name.as_str())]),
                go_on(texts, &format!("/test/{token}?lang={}", guest.language.key())),
            ];
            guest.show(Page::new(StatusCode::OK, texts.test_title, body))
        }
        Ok(None) => guest.show(test_over(texts)),
        Err(error) => guest.trouble(&error),
    }
}

/// `POST /test/{token}`: Continue of the test sign-in.
pub(crate) async fn confirm_test(guest: Guest, Path(token): Path<String>) -> Response {
    let texts = texts(guest.language);
    if !guest.same_origin {
        return guest.show(cross_site(texts));
    }
    let left = match test_sign_ins::look(&guest.visitor, &token).await {
        Ok(Some(test)) => test_sign_ins::confirm(&guest.visitor, &test, guest.language).await,
        Ok(None) => return guest.show(test_over(texts)),
        Err(error) => Err(error),
    };
    continued(&guest, left, || test_over(texts))
}

/// `GET /auth/{email}`: an administrator's probe. The same page for every address.
pub(crate) async fn probe(guest: Guest, Path(email): Path<String>) -> Response {
    let texts = texts(guest.language);
    let Ok(email) = EmailAddress::parse(&email) else {
        return guest.show(refused(texts));
    };
    let body = vec![
        el("p").text(texts.probe_text),
        facts([(texts.email, email.as_str())]),
        go_on(texts, &format!("{}?lang={}", guest.path(), guest.language.key())),
    ];
    guest.show(Page::new(StatusCode::OK, texts.probe_title, body))
}

/// `POST /auth/{email}`: Continue of the probe.
pub(crate) async fn confirm_probe(guest: Guest, Path(email): Path<String>) -> Response {
    let texts = texts(guest.language);
    if !guest.same_origin {
        return guest.show(cross_site(texts));
    }
    let Ok(email) = EmailAddress::parse(&email) else {
        return guest.show(refused(texts));
    };
    let left = match start_probe(&guest.visitor, &email).await {
        Ok(Some(run)) => sign_ins::confirm(&guest.visitor, &run, guest.language).await,
        Ok(None) => return guest.show(refused(texts)),
        Err(error) => Err(error),
    };
    continued(&guest, left, || failed(texts, Failure::Provider))
}

/// `GET /result`: how the run of this browser stands. Safe to load again.
pub(crate) async fn result(guest: Guest) -> Response {
    let texts = texts(guest.language);
    let Some(cookie) = &guest.cookie else {
        return guest.show(unknown(texts));
    };
    let cookie = Secret::hash_of(cookie);
    let own = match sign_ins::own(&guest.visitor, &cookie).await {
        Ok(own) => own,
        Err(error) => return guest.trouble(&error),
    };
    match own.and_then(|(run, own)| Some((run, own.used_at?))) {
        Some((run, used_at)) => guest.show(outcome(guest.language, &run, used_at, guest.visitor.now())),
        None => test_result(&guest, &cookie).await,
    }
}

/// How the test sign-in of this browser ended. What came is shown by the portal, to those who may see it.
async fn test_result(guest: &Guest, cookie: &[u8]) -> Response {
    let texts = texts(guest.language);
    let (outcome, page) = match test_sign_ins::own(&guest.visitor, cookie).await {
        Ok(Some(own)) => own,
        Ok(None) => return guest.show(unknown(texts)),
        Err(error) => return guest.trouble(&error),
    };
    let passed = outcome.is_some_and(|outcome| outcome.passed());
    let (class, said) = if passed {
        ("note", texts.test_passed)
    } else {
        ("note note--bad", texts.test_failed)
    };
    let link = el("a").class("button button--primary").attr("href", &page);
    let body = vec![
        note(class, said),
        el("p").text(texts.test_done_text),
        el("p").child(link.text(texts.test_back)),
    ];
    guest.show(Page::new(StatusCode::OK, texts.test_done_title, body))
}

/// Any other address.
pub(crate) async fn missing(guest: Guest) -> Response {
    let texts = texts(guest.language);
    guest.show(Page::plain(
        StatusCode::NOT_FOUND,
        texts.missing_title,
        texts.root_text,
    ))
}

fn outcome(language: Language, run: &OnboardingRow, used_at: OffsetDateTime, now: OffsetDateTime) -> Page {
    let texts = texts(language);
    if let Some(failure) = run.failed(now) {
        return failed(texts, failure);
    }
    match run.step() {
        OnboardingStep::Started | OnboardingStep::Confirmed if now - used_at < ASKING_LIFE => {
            Page::plain(StatusCode::OK, texts.waiting_title, texts.asking_text)
                .refresh(LOOK_AGAIN, format!("/result?lang={}", language.key()))
        }
        OnboardingStep::Started | OnboardingStep::Confirmed => unknown(texts),
        OnboardingStep::SignedIn if run.probe => {
            let issuer = run.issuer.as_deref().unwrap_or_default();
            let body = vec![
                el("p").text(texts.probe_done_text),
                facts([(texts.email, run.email.as_str()), (texts.issuer, issuer)]),
            ];
            Page::new(StatusCode::OK, texts.probe_done_title, body)
        }
        OnboardingStep::SignedIn => Page::plain(StatusCode::OK, texts.waiting_title, texts.waiting_text)
            .refresh(LOOK_AGAIN, format!("/result?lang={}", language.key())),
        OnboardingStep::Announced | OnboardingStep::Enrolled => {
            let body = vec![el("p").text(texts.done_text), device(texts, run)];
            Page::new(StatusCode::OK, texts.done_title, body)
        }
        OnboardingStep::Failed => failed(texts, Failure::Provider),
    }
}

fn question(language: Language, run: &OnboardingRow, token: &str) -> Page {
    let texts = texts(language);
    let body = vec![
        el("p").text(texts.confirm_question),
        el("p").class("gate__code").text(&run.code),
        device(texts, run),
        el("p").class("soft").text(texts.confirm_hint),
        go_on(texts, &format!("/sign-in/{token}?lang={}", language.key())),
        note("note note--warn", texts.confirm_warning),
    ];
    Page::new(StatusCode::OK, texts.confirm_title, body)
}

fn device(texts: &Texts, run: &OnboardingRow) -> Element {
    let mac = run.mac.as_deref().unwrap_or_default();
    facts([
        (texts.device, run.product.as_str()),
        (texts.mac, mac),
        (texts.email, run.email.as_str()),
    ])
}

fn facts<const N: usize>(rows: [(&str, &str); N]) -> Element {
    let row = |(name, value): (&str, &str)| {
        el("div")
            .class("facts__row")
            .child(el("dt").text(name))
            .child(el("dd").text(value))
    };
    el("dl").class("facts").children(rows.into_iter().map(row))
}

fn note(class: &'static str, text: &str) -> Element {
    el("div")
        .class(class)
        .child(el("p").class("note__text").text(text))
}

fn go_on(texts: &Texts, action: &str) -> Element {
    let button = el("button")
        .class("button button--primary")
        .attr("type", "submit")
        .text(texts.go_on);
    el("form")
        .attr("method", "post")
        .attr("action", action)
        .child(button)
}

/// The way to the identity provider: a link that is followed by itself. A redirect of the form is not allowed to leave our
/// origin (ruling 10).
fn leave(guest: &Guest, leaving: &Leaving) -> Response {
    let texts = texts(guest.language);
    let host = Url::parse(&leaving.url)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default();
    let link = el("a")
        .class("button button--primary")
        .attr("href", &leaving.url)
        .attr("rel", "noreferrer");
    let body = vec![
        el("p").text(texts.leaving_text),
        facts([(texts.issuer, host.as_str())]),
        el("p").child(link.text(texts.leaving_link)),
    ];
    let page = Page::new(StatusCode::OK, texts.leaving_title, body).refresh(0, leaving.url.clone());
    let mut response = guest.show(page);
    if let Some(cookie) = Guest::set_cookie(&leaving.cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// The identity provider is left in peace for a moment: the person is told here, and not by an empty page there.
fn away(guest: &Guest) -> Response {
    let texts = texts(guest.language);
    let body = vec![
        note("note note--bad", texts.away_text),
        el("p").text(texts.away_next),
        go_on(texts, &format!("{}?lang={}", guest.path(), guest.language.key())),
    ];
    let mut response = guest.show(Page::new(StatusCode::SERVICE_UNAVAILABLE, texts.away_title, body));
    let seconds = HeaderValue::from(PROBE_EVERY.whole_seconds());
    response.headers_mut().insert(header::RETRY_AFTER, seconds);
    response
}

/// The test sign-in is not done yet; the portal shows it when it is.
fn test_asking(texts: &Texts, page: &str) -> Page {
    let link = el("a").class("button button--primary").attr("href", page);
    let body = vec![
        el("p").text(texts.asking_text),
        el("p").text(texts.test_done_text),
        el("p").child(link.text(texts.test_back)),
    ];
    Page::new(StatusCode::OK, texts.waiting_title, body)
}

fn failed(texts: &Texts, failure: Failure) -> Page {
    let [happened, next] = texts.failure(failure);
    let code = format!("{}: {}", texts.failed_code, failure.code().number());
    let body = vec![
        note("note note--bad", happened),
        el("p").text(next),
        el("p").class("soft").text(&code),
    ];
    Page::new(StatusCode::OK, texts.failed_title, body)
}

fn ended(texts: &Texts) -> Page {
    Page::plain(StatusCode::NOT_FOUND, texts.ended_title, texts.ended_text)
}

fn test_over(texts: &Texts) -> Page {
    Page::plain(StatusCode::NOT_FOUND, texts.ended_title, texts.test_over_text)
}

fn unknown(texts: &Texts) -> Page {
    Page::plain(StatusCode::BAD_REQUEST, texts.unknown_title, texts.unknown_text)
}

fn refused(texts: &Texts) -> Page {
    Page::plain(StatusCode::OK, texts.refused_title, texts.refused_text)
}

fn cross_site(texts: &Texts) -> Page {
    Page::plain(
        StatusCode::FORBIDDEN,
        texts.cross_site_title,
        texts.cross_site_text,
    )
}

fn provider_said(texts: &Texts, said: &SignInError) -> Page {
    let words = match said {
        SignInError::ProviderSaid { error, description } if description.is_empty() => error.clone(),
        SignInError::ProviderSaid { error, description } => format!("{error}: {description}"),
        other => other.to_string(),
    };
    let meaning = said.trouble().map(|trouble| el("p").text(texts.trouble(trouble)));
    let mut body = vec![el("p").text(texts.said_text), note("note note--bad", &words)];
    body.extend(meaning);
    body.push(el("p").text(texts.said_again));
    Page::new(StatusCode::OK, texts.said_title, body)
}
