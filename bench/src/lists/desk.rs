//! Somebody of the account who looks at its lists, on a few connections. What has been answered once has to be answered the same
//! again, to the byte.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use domain::activity::Activity;
use domain::page::{ListQuery, Page, Total};
use domain::people::{Person, PersonId};
use http::{Request, StatusCode, header};
use http_body_util::Full;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::cases::List;
use super::seed;
use crate::cosmos::PASSWORD;
use crate::failure::{Failure, Outcome};
use crate::http::{Answer, Connection};
use crate::machine::process::Process;
use crate::open_loop::{milliseconds, open_loop};

/// Connections that ask at the same time.
const CONNECTIONS: usize = 4;
/// Where the server functions are.
const FUNCTIONS: &str = "/api/app/api/portal/";

/// What can be asked again.
pub enum Question {
    /// A list's function, with the one right answer.
    List(List, ListQuery, Bytes),
    /// A page, with texts that have to be in it.
    Html(String, Vec<String>),
}

/// A page of either list.
pub struct Seen {
    pub ids: Vec<Uuid>,
    /// What names each row.
    pub texts: Vec<String>,
    pub total: Total,
    pub next: Option<String>,
}

pub struct Desk {
    portal: SocketAddr,
    cookie: String,
    free: Mutex<Vec<Connection>>,
    places: Semaphore,
}

impl Desk {
    /// Signs in as the account's first Super Admin.
    pub async fn open(portal: SocketAddr) -> Outcome<Arc<Self>> {
        let mut desk = Self {
            portal,
            cookie: String::new(),
            free: Mutex::default(),
            places: Semaphore::new(CONNECTIONS),
        };
        desk.renew().await?;
        let user = seed::email(0);
        let fields = [
            ("draft[user]", user.as_str()),
            ("draft[password]", PASSWORD),
            ("draft[next]", ""),
        ];
        let answer = desk.send(desk.call("session/sign_in", &fields)?).await?;
        let cookies = answer.headers.get_all(header::SET_COOKIE).iter();
        let session = cookies
            .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
            .find(|cookie| cookie.starts_with("__Host-portal="));
        let status = answer.status;
        desk.cookie = session
            .map(str::to_owned)
            .ok_or_else(|| Failure::new(format!("no session after signing in, but {status}")))?;
        Ok(Arc::new(desk))
    }

    /// New connections in place of the old ones: the server ends those that were silent for long.
    pub async fn renew(&self) -> Outcome {
        let mut free = Vec::with_capacity(CONNECTIONS);
        for _ in 0..CONNECTIONS {
            free.push(Connection::plain(self.portal, None).await?);
        }
        *self.free.lock().unwrap_or_else(PoisonError::into_inner) = free;
        Ok(())
    }

    /// Asks for a page for the first time.
    pub async fn page(&self, list: List, query: &ListQuery) -> Outcome<(Seen, Bytes)> {
        let answer = self.list(list, query).await?;
        let seen = match list {
            List::People => seen(serde_json::from_slice(&answer)?, |row: &Person| {
                let id = match row.id {
                    PersonId::User(id) => id.into(),
                    PersonId::Invitation(id) => id.into(),
                };
                (id, row.email.clone())
            }),
            List::Events => seen(serde_json::from_slice(&answer)?, |row: &Activity| {
                (row.id.into(), row.target.clone())
            }),
        };
        Ok((seen, answer))
    }

    async fn list(&self, list: List, query: &ListQuery) -> Outcome<Bytes> {
        let mut fields = vec![
            ("query[search]".to_owned(), query.search.clone()),
            ("query[sort]".to_owned(), query.sort.clone()),
            ("query[descending]".to_owned(), query.descending.to_string()),
            ("query[cursor]".to_owned(), query.cursor.clone()),
            ("query[per]".to_owned(), query.per.to_string()),
        ];
        let filters = query.filters.iter();
        fields.extend(filters.map(|(name, value)| (format!("query[filters][{name}]"), value.clone())));
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.send(self.call(list.function(), &fields)?)
            .await?
            .expect(StatusCode::OK)
    }

    /// Asks for what has been answered before.
    async fn ask(&self, question: &Question) -> Outcome {
        match question {
            Question::List(list, query, answer) => {
                if self.list(*list, query).await? == *answer {
                    return Ok(());
                }
                Err(Failure::new(format!("another answer than before to {query:?}")))
            }
            Question::Html(path, within) => {
                let request = Request::get(path)
                    .header(header::ACCEPT, "text/html")
                    .header(header::COOKIE, &self.cookie)
                    .body(Full::default())?;
                let html = self.send(request).await?.expect(StatusCode::OK)?;
                let html = String::from_utf8_lossy(&html);
                match within.iter().find(|text| !html.contains(text.as_str())) {
                    None => Ok(()),
                    Some(text) => Err(Failure::new(format!("{path} is without {text}"))),
                }
            }
        }
    }

    fn call(&self, function: &str, fields: &[(&str, &str)]) -> Outcome<Request<Full<Bytes>>> {
        let body: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        Ok(Request::post(format!("{FUNCTIONS}{function}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, &self.cookie)
            .body(Full::new(Bytes::from(body)))?)
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Outcome<Answer> {
        let _place = self.places.acquire().await?;
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut one = free.ok_or_else(|| Failure::new("no connection is free"))?;
        let answered = one.send(request).await;
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(one);
        answered
    }

    /// One question after the other: milliseconds of each.
    pub async fn sequence(&self, questions: &[Question], from: usize, how_many: usize) -> Outcome<Vec<f64>> {
        let mut times = Vec::with_capacity(how_many);
        for question in questions
            .iter()
            .cycle()
            .skip(from % questions.len().max(1))
            .take(how_many)
        {
            let start = Instant::now();
            self.ask(question).await?;
            times.push(start.elapsed().as_secs_f64() * 1000.0);
        }
        Ok(times)
    }
}

fn seen<T>(page: Page<T>, of: impl Fn(&T) -> (Uuid, String)) -> Seen {
    let (ids, texts) = page.rows.iter().map(of).unzip();
    Seen {
        ids,
        texts,
        total: page.total,
        next: page.next,
    }
}

/// What the server could do.
pub struct Peak {
    /// Answers in a second.
    pub rate: f64,
    /// Processor time of the server for one of them, in microseconds.
    pub cpu_us: f64,
}

/// As many as the server can, on [`CONNECTIONS`] at once.
#[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 answers")]
pub async fn closed(
    desk: &Arc<Desk>,
    questions: &Arc<Vec<Question>>,
    server: Process,
    span: Duration,
) -> Outcome<Peak> {
    let next = Arc::new(AtomicUsize::new(0));
    let (start, before) = (Instant::now(), server.cpu()?);
    let mut asking = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (desk, questions, next) = (Arc::clone(desk), Arc::clone(questions), Arc::clone(&next));
        asking.spawn(async move {
            let mut answers = 0_usize;
            while start.elapsed() < span {
                let number = next.fetch_add(1, Ordering::Relaxed);
                answers += desk.sequence(&questions, number, 1).await?.len();
            }
            Outcome::Ok(answers)
        });
    }
    let mut answers = 0;
    while let Some(done) = asking.join_next().await {
        answers += done??;
    }
    let (wall, cpu) = (start.elapsed(), server.cpu()?.saturating_sub(before));
    Ok(Peak {
        rate: answers as f64 / wall.as_secs_f64(),
        cpu_us: cpu.as_secs_f64() * 1e6 / answers as f64,
    })
}

/// So many a second, whether the answers come or not: milliseconds from when each was due.
pub async fn open(
    desk: &Arc<Desk>,
    questions: &Arc<Vec<Question>>,
    rate: f64,
    span: Duration,
) -> Outcome<Vec<f64>> {
    let unit = |number| {
        let (desk, questions) = (Arc::clone(desk), Arc::clone(questions));
        async move { desk.sequence(&questions, number, 1).await }
    };
    Ok(milliseconds(&open_loop(rate, span, unit).await?))
}
