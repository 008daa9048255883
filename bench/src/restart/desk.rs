//! An administrator who works in the UMS Web App, page after page at a fixed rate, whatever happens to the server.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::Full;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{sleep_until, timeout};

use crate::failure::{Doing as _, Failure, Outcome};
use crate::http::{Answer, Connection};

/// Pages and calls per second.
pub const RATE: u32 = 50;
/// The list of devices, as its page asks for it.
const DEVICES: &str = "/wums-app/api/app/api/ums/devices/devices";
/// A browser gives up a page after some minutes; nobody waits so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// What came of one page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// There, whole, so long after it was due.
    Seen(Duration),
    /// Nobody listened.
    Refused,
    /// The server answered with a status of 500 or more.
    ServerError,
    /// Anything else that an administrator would not call a page.
    Broken,
}

/// A page, and when it was due.
#[derive(Clone, Copy, Debug)]
pub struct View {
    pub due: Instant,
    pub page: Page,
}

/// The browser: a session and the connections it keeps open.
pub struct Desk {
    to: SocketAddr,
    cookie: String,
    /// Page of one device.
    device: String,
    idle: Mutex<Vec<Connection>>,
    /// What the first page said that could not be used.
    why: Mutex<Option<String>>,
}

impl Desk {
    /// Takes the session, and looks at the list of devices once to know one of them.
    pub async fn new(to: SocketAddr, cookie: &str) -> Outcome<Self> {
        let mut desk = Self {
            to,
            cookie: cookie.to_owned(),
            device: String::new(),
            idle: Mutex::default(),
            why: Mutex::default(),
        };
        let mut connection = Connection::plain(to, None).await?;
        let list = connection.send(desk.request(2)?).await?.expect(StatusCode::OK)?;
        let list: serde_json::Value = serde_json::from_slice(&list)?;
        let id = list.pointer("/rows/0/id").and_then(serde_json::Value::as_str);
        let id = id.ok_or_else(|| Failure::new("the list of devices is empty"))?;
        desk.device = format!("/webapp/devices/{id}");
        Ok(desk)
    }

    /// Works until told to stop; answers every page in the order in which it was due.
    pub async fn work(self: &Arc<Self>, stop: &Notify) -> Outcome<Vec<View>> {
        let start = tokio::time::Instant::now();
        let mut open = JoinSet::new();
        let mut views = Vec::new();
        for number in 0_u32.. {
            let due = start + Duration::from_secs(1) / RATE * number;
            tokio::select! {
                () = sleep_until(due) => {}
                () = stop.notified() => break,
            }
            let desk = Arc::clone(self);
            open.spawn(async move { desk.view(number, due.into_std()).await });
            while let Some(view) = open.try_join_next() {
                views.push(view?);
            }
        }
        while let Some(view) = open.join_next().await {
            views.push(view?);
        }
        views.sort_by_key(|view| view.due);
        Ok(views)
    }

    /// What was wrong with the first page that was.
    pub fn why(&self) -> Option<String> {
        self.why.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn view(&self, number: u32, due: Instant) -> View {
        let answer = match timeout(PATIENCE, self.ask(number)).await {
            Ok(answer) => answer,
            Err(_) => Err(Asked::Failed(Failure::new("no answer"))),
        };
        let page = match answer {
            Ok(answer) if answer.status.is_server_error() => {
                self.remember(&format!("{}: {:?}", answer.status, answer.body));
                Page::ServerError
            }
            Ok(answer) if answer.status == StatusCode::OK && whole(number, &answer.body) => {
                Page::Seen(due.elapsed())
            }
            Ok(answer) => {
                self.remember(&format!("{}: {:?}", answer.status, answer.body));
                Page::Broken
            }
            Err(Asked::Refused) => Page::Refused,
            Err(Asked::Failed(failure)) => {
                self.remember(&failure.to_string());
                Page::Broken
            }
        };
        View { due, page }
    }

    /// On a kept connection, if there is one that still works, as a browser does.
    async fn ask(&self, number: u32) -> Result<Answer, Asked> {
        let kept = self.kept().pop();
        if let Some(mut connection) = kept {
            let request = self.request(number).map_err(Asked::Failed)?;
            if let Ok(answer) = connection.send(request).await {
                self.kept().push(connection);
                return Ok(answer);
            }
            self.kept().clear();
        }
        let Ok(mut connection) = Connection::plain(self.to, None).await else {
            return Err(Asked::Refused);
        };
        let request = self.request(number).map_err(Asked::Failed)?;
        let answer = connection.send(request).await.map_err(Asked::Failed)?;
        self.kept().push(connection);
        Ok(answer)
    }

    /// Page by page: the list, a device, and the list as the page fetches it when it is turned.
    fn request(&self, number: u32) -> Outcome<Request<Full<Bytes>>> {
        let request = Request::builder()
            .header(header::COOKIE, &self.cookie)
            .header("sec-fetch-site", "same-origin");
        let (request, body) = match number % 3 {
            0 => (
                request.uri("/webapp/devices").header(header::ACCEPT, "text/html"),
                "",
            ),
            1 => (request.uri(&self.device).header(header::ACCEPT, "text/html"), ""),
            _ => (
                request
                    .uri(DEVICES)
                    .method(Method::POST)
                    .header(header::ACCEPT, "application/json")
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded"),
                "query%5Bper%5D=50",
            ),
        };
        request.body(Full::new(Bytes::from(body))).doing("a page")
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, text: &str) {
        let short = text.chars().take(300).collect();
        self.why
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(short);
    }
}

/// Whether it is all there and what was asked for.
fn whole(number: u32, body: &[u8]) -> bool {
    if number % 3 == 2 {
        return serde_json::from_slice::<serde_json::Value>(body)
            .is_ok_and(|list| list.pointer("/rows/0/id").is_some());
    }
    body.ends_with(b"</html>") || body.windows(7).any(|part| part == b"</html>")
}

enum Asked {
    Refused,
    Failed(Failure),
}
