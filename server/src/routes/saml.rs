//! The two addresses that SAML providers know: what they have to know about us, and where their answers are posted. An answer
//! comes from another site, by design: this is the one change that the same-origin rule does not guard. What guards it is the
//! request that must be under way in this very browser (`docs/src/decisions/saml-browser.md`).

use access::{Client, Services, Visitor};
use app::api::{language_cookie, reply, session_cookie};
use app::paths;
use axum::Extension;
use axum::extract::{Form, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, COOKIE, HeaderValue, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::Cloud;
use domain::sign_in::Refused;
use portal::federated::{COOKIE as BROWSER, Ended};
use serde::Deserialize;

/// Largest form with an answer, in bytes: 256 KiB of base64, in which each third letter may be escaped, and the relay state.
pub const ANSWER_MAX: usize = 512 * 1024;

/// The form that a provider has the browser send.
#[derive(Deserialize)]
pub struct Answer {
    #[serde(rename = "SAMLResponse", default)]
    response: String,
    #[serde(rename = "RelayState", default)]
    relay_state: String,
}

/// Our metadata.
pub async fn metadata(State(services): State<Services<Cloud>>) -> Response {
    match portal::saml_idps::our_metadata(&services) {
        Ok(xml) => {
            let kind = [
                (CONTENT_TYPE, "application/samlmetadata+xml"),
                (CACHE_CONTROL, "no-cache"),
            ];
            (kind, xml).into_response()
        }
        Err(error) => crate::guard::Refusal::from(error).into_response(),
    }
}

/// Takes an answer. Whatever comes of it, the browser goes on to a page of ours.
pub async fn answer(
    State(services): State<Services<Cloud>>,
    client: Option<Extension<Client>>,
    headers: HeaderMap,
    form: Result<Form<Answer>, axum::extract::rejection::FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else {
        return Redirect::to(&paths::login_refused(Refused::Answer)).into_response();
    };
    let client = client.map_or_else(
        || Client::new(std::net::Ipv4Addr::UNSPECIFIED.into(), ""),
        |Extension(client)| client,
    );
    let visitor = Visitor::new(&services, client);
    let browser = browser(&headers);
    let ended =
        portal::federated::answer(&visitor, browser.as_deref(), &form.relay_state, form.response).await;
    match ended {
        Ok(Ended::SignedIn {
            token,
            language,
            next,
        }) => {
            let mut response = Redirect::to(&paths::safe_next(&next, false)).into_response();
            for cookie in [session_cookie::<Cloud>(&token), language_cookie(language)] {
                if let Ok(value) = HeaderValue::from_str(&cookie) {
                    response.headers_mut().append(SET_COOKIE, value);
                }
            }
            response
        }
        Ok(Ended::Tested(idp)) => Redirect::to(&paths::saml_idp(idp)).into_response(),
        Ok(Ended::Refused(why)) => Redirect::to(&paths::login_refused(why)).into_response(),
        Err(error) => {
            drop(reply(error));
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                "This did not work. Please begin again at the log-in page.",
            )
                .into_response()
        }
    }
}

/// The value of the cookie that binds a sign-in to its browser.
fn browser(headers: &HeaderMap) -> Option<String> {
    let lines = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let mut pairs = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| *name == BROWSER)?;
    Some(value.to_owned())
}
