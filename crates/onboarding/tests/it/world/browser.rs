//! What the person does, in a browser.

use axum::Router;
use axum::body::Body;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use protocol::onboarding::StartedOnboarding;
use tower::ServiceExt as _;

use super::{OBS, World, client};

impl World {
    /// Opens the address, presses Continue: the provider's address and the browser's cookie.
    pub async fn go(&self, started: &StartedOnboarding) -> Left {
        self.post(started.sign_in_url.strip_prefix(OBS).unwrap())
            .await
            .left()
    }

    /// Signs in at the provider and comes back.
    pub async fn sign_in(&self, started: &StartedOnboarding) -> Answer {
        let left = self.go(started).await;
        let back = self.idp.sign_in(&left.url);
        self.back(&back, &left.cookie).await
    }

    /// A run up to the device's token.
    pub async fn ready(&self) -> (StartedOnboarding, String) {
        let started = self.started().await;
        let answer = self.sign_in(&started).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let token = self.token(&started).await;
        (started, token)
    }

    pub async fn back(&self, path: &str, cookie: &str) -> Answer {
        self.get_with(path, Some(cookie)).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.get_with(path, None).await
    }

    pub async fn get_with(&self, path: &str, cookie: Option<&str>) -> Answer {
        self.get_from(path, cookie, 1).await
    }

    /// Back from the provider, as one of many people.
    pub async fn back_from(&self, path: &str, cookie: &str, number: usize) -> Answer {
        self.get_from(path, Some(cookie), address(number)).await
    }

    async fn get_from(&self, path: &str, cookie: Option<&str>, address: u8) -> Answer {
        let mut request = Request::get(path);
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, format!("other=1; __Host-onboarding={cookie}"));
        }
        send(&self.router, request.body(Body::empty()).unwrap(), address).await
    }

    /// Continue, as one of many people.
    pub async fn post_from(&self, started: &StartedOnboarding, number: usize) -> Answer {
        let request = Request::post(started.sign_in_url.strip_prefix(OBS).unwrap());
        let request = request.header("sec-fetch-site", "same-origin");
        send(
            &self.router,
            request.body(Body::empty()).unwrap(),
            address(number),
        )
        .await
    }

    pub async fn post(&self, path: &str) -> Answer {
        self.post_with(path, &[("sec-fetch-site", "same-origin")]).await
    }

    pub async fn post_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = headers
            .iter()
            .fold(Request::post(path), |request, (name, value)| {
                request.header(*name, *value)
            });
        send(&self.router, request.body(Body::empty()).unwrap(), 1).await
    }
}

/// Where one of many people comes from.
fn address(number: usize) -> u8 {
    u8::try_from(number % 250).unwrap() + 1
}

/// A person on the way to the provider.
pub struct Left {
    pub url: String,
    pub cookie: String,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers
            .get(name)
            .map(|value| value.to_str().unwrap())
            .unwrap_or_default()
    }

    pub fn left(&self) -> Left {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        let link = self
            .text
            .split("<a class=\"button button--primary\" href=\"")
            .nth(1)
            .expect("a link");
        let url = link.split('"').next().unwrap().replace("&amp;", "&");
        let set = self.header(header::SET_COOKIE);
        let (name, rest) = set.split_once('=').expect("a cookie");
        assert_eq!(name, "__Host-onboarding");
        let (cookie, attributes) = rest.split_once(';').unwrap();
        assert_eq!(attributes, " Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600");
        Left {
            url,
            cookie: cookie.to_owned(),
        }
    }
}

pub async fn send(router: &Router, mut request: Request<Body>, address: u8) -> Answer {
    request.extensions_mut().insert(client(address));
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        text,
    }
}
