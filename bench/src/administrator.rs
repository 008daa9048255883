//! Somebody who works in the UMS Web App or the Customer Portal: signed in, calling what its pages call.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::Full;

use crate::cosmos::{PASSWORD, SUPERUSER};
use crate::failure::{Failure, Outcome};
use crate::http::{Answer, Connection};

/// Whose pages they are: where the functions behind them are, and the name of its session.
#[derive(Clone, Copy)]
pub struct Pages {
    functions: &'static str,
    session: &'static str,
}

/// The UMS Web App.
const UMS: Pages = Pages {
    functions: "/wums-app/api/app/api/ums/",
    session: "__Host-ums=",
};
/// The Customer Portal.
const PORTAL: Pages = Pages {
    functions: "/api/app/api/portal/",
    session: "__Host-portal=",
};

/// A session and its connection.
pub struct Administrator {
    connection: Connection,
    pages: Pages,
    cookie: String,
}

impl Administrator {
    /// Signs in at the UMS Web App, which the portal's listener shows too.
    pub async fn sign_in(portal: SocketAddr) -> Outcome<Self> {
        Self::sign_in_at_ums(Connection::plain(portal, None).await?).await
    }

    /// The same on the listener of the UMS itself.
    pub async fn sign_in_at_ums(connection: Connection) -> Outcome<Self> {
        Self::enter(connection, UMS, SUPERUSER).await
    }

    /// Signs in at the Customer Portal.
    pub async fn sign_in_at_portal(portal: SocketAddr, email: &str) -> Outcome<Self> {
        Self::enter(Connection::plain(portal, None).await?, PORTAL, email).await
    }

    async fn enter(connection: Connection, pages: Pages, user: &str) -> Outcome<Self> {
        let mut one = Self {
            connection,
            pages,
            cookie: String::new(),
        };
        let fields = [
            ("draft[user]", user),
            ("draft[password]", PASSWORD),
            ("draft[next]", ""),
        ];
        let answer = one.post("session/sign_in", &fields).await?;
        let cookies = answer.headers.get_all(header::SET_COOKIE).iter();
        let session = cookies
            .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
            .find(|cookie| cookie.starts_with(pages.session))
            .map(str::to_owned);
        let status = answer.status;
        one.cookie =
            session.ok_or_else(|| Failure::new(format!("no session after signing in, but {status}")))?;
        Ok(one)
    }

    /// The same session on another connection: of another tab, or after the server was started again.
    pub async fn at(&self, portal: SocketAddr) -> Outcome<Self> {
        Ok(Self {
            connection: Connection::plain(portal, None).await?,
            pages: self.pages,
            cookie: self.cookie.clone(),
        })
    }

    /// Its session, as a browser sends it.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// Opens a page or a download, such as `/webapp/devices`; answers its text.
    pub async fn open(&mut self, path: &str) -> Outcome<Bytes> {
        let request = Request::get(path)
            .header(header::ACCEPT, "text/html")
            .header(header::COOKIE, &self.cookie)
            .body(Full::default())?;
        self.connection.send(request).await?.expect(StatusCode::OK)
    }

    /// Calls a function behind the pages, such as `devices/reboot_devices`; answers its body.
    pub async fn call(&mut self, function: &str, fields: &[(&str, &str)]) -> Outcome<Bytes> {
        self.post(function, fields).await?.expect(StatusCode::OK)
    }

    async fn post(&mut self, function: &str, fields: &[(&str, &str)]) -> Outcome<Answer> {
        let request = Request::post(format!("{}{function}", self.pages.functions))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, &self.cookie)
            .body(Full::new(Bytes::from(form(fields))))?;
        self.connection.send(request).await
    }
}

/// `application/x-www-form-urlencoded`.
pub fn form(fields: &[(&str, &str)]) -> String {
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => encoded.push(char::from(byte)),
            // Writing to a string cannot fail.
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_written_as_a_form() {
        assert_eq!(
            form(&[("draft[user]", "a b"), ("search", "")]),
            "draft%5Buser%5D=a%20b&search="
        );
    }
}
