//! Those who sign in, and those who open pages meanwhile.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::Full;

use super::seed::email;
use crate::cosmos::PASSWORD;
use crate::failure::{Doing as _, Failure, Outcome};
use crate::http::{Answer, Connection};
use crate::open_loop::{milliseconds, open_loop};

/// The sign-in of the portal, as its form calls it.
const SIGN_IN: &str = "/api/app/api/portal/session/sign_in";
/// "Who am I?": the cheapest use of a session.
const ME: &str = "/api/app/api/portal/session/me";
/// Page views a second beside the sign-ins.
const PROBES: f64 = 50.0;

/// What came of one rate.
pub struct Step {
    /// Sign-ins whose session was good.
    pub done: f64,
    pub refused: usize,
    elapsed: Duration,
    /// Of those done, in milliseconds from the moment they were due.
    pub took: Vec<f64>,
}

impl Step {
    pub fn rate(&self) -> f64 {
        self.done / self.elapsed.as_secs_f64()
    }
}

/// Those who sign in, with the connections of the proxy they come through.
pub struct People {
    portal: SocketAddr,
    users: usize,
    next: Mutex<usize>,
    connections: Mutex<Vec<Connection>>,
}

impl People {
    pub fn new(portal: SocketAddr, users: usize) -> Self {
        Self {
            portal,
            users,
            next: Mutex::new(0),
            connections: Mutex::default(),
        }
    }

    /// Offers `rate` sign-ins a second, then uses each session that was given.
    pub async fn sign_in_for(self: &Arc<Self>, rate: f64, span: Duration) -> Outcome<(Step, Vec<String>)> {
        self.forget_connections();
        let start = Instant::now();
        let tried = open_loop(rate, span, |_| {
            let people = Arc::clone(self);
            async move { people.sign_in().await }
        })
        .await?;
        let elapsed = start.elapsed();
        let took = tried.iter().filter(|one| one.value.is_some());
        let took = took.map(|one| one.took.as_secs_f64() * 1000.0).collect();
        let (given, refused): (Vec<_>, Vec<_>) =
            tried.into_iter().map(|one| one.value).partition(Option::is_some);
        let given: Vec<_> = given.into_iter().flatten().collect();
        self.check(&given).await?;
        let done = f64::from(u32::try_from(given.len())?);
        let sessions = given.into_iter().map(|(_, cookie)| cookie).collect();
        Ok((
            Step {
                done,
                refused: refused.len(),
                elapsed,
                took,
            },
            sessions,
        ))
    }

    /// The user's number and cookie; `None` where too many wait.
    async fn sign_in(&self) -> Outcome<Option<(usize, String)>> {
        let user = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            *next = (*next + 1) % self.users;
            *next
        };
        let form = [
            ("draft[user]", email(user)),
            ("draft[password]", PASSWORD.to_owned()),
            ("draft[next]", String::new()),
        ];
        let request = request(Method::POST, SIGN_IN, user, None, encoded(&form))?;
        let answer = self.send(request).await?;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            return Ok(None);
        }
        let cookie = answer
            .headers
            .get(header::SET_COOKIE)
            .and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie
            .and_then(|cookie| cookie.split(';').next())
            .map(str::to_owned);
        let cookie =
            cookie.filter(|cookie| cookie.split_once('=').is_some_and(|(_, value)| !value.is_empty()));
        match cookie {
            Some(cookie) => Ok(Some((user, cookie))),
            None => Err(Failure::new(format!(
                "{} without a session: {:?}",
                answer.status, answer.body
            ))),
        }
    }

    /// Each session belongs to the person who signed in.
    async fn check(&self, given: &[(usize, String)]) -> Outcome {
        for (user, cookie) in given {
            let request = request(Method::POST, ME, *user, Some(cookie), String::new())?;
            let body = self.send(request).await?.expect(StatusCode::OK)?;
            let wanted = email(*user);
            if !String::from_utf8_lossy(&body).contains(&wanted) {
                return Err(Failure::new(format!(
                    "the session of {wanted} is not theirs: {body:?}"
                )));
            }
        }
        Ok(())
    }

    /// Opens a page at a fixed rate with a session; milliseconds of each view.
    pub async fn probe(self: &Arc<Self>, cookie: &str, span: Duration) -> Outcome<Vec<f64>> {
        let viewed = open_loop(PROBES, span, |_| {
            let (people, cookie) = (Arc::clone(self), cookie.to_owned());
            async move {
                let request = request(Method::GET, "/", 0, Some(&cookie), String::new())?;
                let page = people.send(request).await?.expect(StatusCode::OK)?;
                if page.windows(7).any(|part| part == b"</html>") {
                    return Ok(());
                }
                Err(Failure::new("half a page"))
            }
        })
        .await?;
        Ok(milliseconds(&viewed))
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Outcome<Answer> {
        let free = self
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut connection = match free {
            Some(connection) => connection,
            None => Connection::plain(self.portal, None)
                .await
                .doing("to the portal")?,
        };
        let answer = connection.send(request).await?;
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
        Ok(answer)
    }

    /// The server gives up a connection that asks for nothing.
    fn forget_connections(&self) {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

fn request(
    method: Method,
    path: &str,
    user: usize,
    cookie: Option<&str>,
    form: String,
) -> Outcome<Request<Full<Bytes>>> {
    let [_, a, b, c] = u32::try_from(user)?.to_be_bytes();
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("x-forwarded-for", format!("10.{a}.{b}.{c}"))
        .header("sec-fetch-site", "same-origin");
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    if !form.is_empty() {
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    Ok(request.body(Full::from(form))?)
}

fn encoded(fields: &[(&str, String)]) -> String {
    let escape = |text: &str| {
        let mut escaped = String::new();
        for byte in text.bytes() {
            match char::from(byte) {
                plain if plain.is_ascii_alphanumeric() => escaped.push(plain),
                _ => escaped.extend(format!("%{byte:02X}").chars()),
            }
        }
        escaped
    };
    let pairs: Vec<_> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect();
    pairs.join("&")
}
