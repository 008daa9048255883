//! Questions that have been answered once, asked again and again: each answer has to be the same to the byte.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use domain::device::DeviceRow;
use domain::page::{ListQuery, Page};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::administrator::Administrator;
use crate::failure::{Failure, Outcome};
use crate::machine::process::Process;
use crate::open_loop::{milliseconds, open_loop};

/// Connections that ask at the same time.
pub const CONNECTIONS: usize = 4;

/// What can be asked again.
pub enum Question {
    /// The list's function, with the one right answer.
    List { query: ListQuery, answer: Bytes },
    /// A page for people, with texts that have to be in it: other parts of it are never the same.
    Html { path: String, within: Vec<String> },
}

/// Connections of one session.
pub struct Desk {
    session: Administrator,
    portal: SocketAddr,
    free: Mutex<Vec<Administrator>>,
    places: Semaphore,
}

impl Desk {
    pub async fn open(session: &Administrator, portal: SocketAddr) -> Outcome<Arc<Self>> {
        let desk = Self {
            session: session.at(portal).await?,
            portal,
            free: Mutex::default(),
            places: Semaphore::new(CONNECTIONS),
        };
        desk.renew().await?;
        Ok(Arc::new(desk))
    }

    /// New connections in place of the old ones.
    pub async fn renew(&self) -> Outcome {
        let mut free = Vec::with_capacity(CONNECTIONS);
        for _ in 0..CONNECTIONS {
            free.push(self.session.at(self.portal).await?);
        }
        *self.free.lock().unwrap_or_else(PoisonError::into_inner) = free;
        Ok(())
    }

    /// Asks for a page of the list for the first time.
    pub async fn page(&self, query: &ListQuery) -> Outcome<(Page<DeviceRow>, Bytes)> {
        let answer = self
            .with(async |one| one.call("devices/devices", &borrowed(&fields(query))).await)
            .await?;
        Ok((serde_json::from_slice(&answer)?, answer))
    }

    /// Asks for what has been answered before.
    pub async fn ask(&self, question: &Question) -> Outcome {
        match question {
            Question::List { query, answer } => {
                let again = self
                    .with(async |one| one.call("devices/devices", &borrowed(&fields(query))).await)
                    .await?;
                if again == *answer {
                    return Ok(());
                }
                Err(Failure::new(format!("another answer than before to {query:?}")))
            }
            Question::Html { path, within } => {
                let html = self.with(async |one| one.open(path).await).await?;
                let html = String::from_utf8_lossy(&html);
                match within.iter().find(|text| !html.contains(text.as_str())) {
                    None => Ok(()),
                    Some(text) => Err(Failure::new(format!("{path} is without {text}"))),
                }
            }
        }
    }

    async fn with<T>(&self, ask: impl AsyncFnOnce(&mut Administrator) -> Outcome<T>) -> Outcome<T> {
        let _place = self.places.acquire().await?;
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut one = free.ok_or_else(|| Failure::new("no connection is free"))?;
        let answered = ask(&mut one).await;
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(one);
        answered
    }
}

/// A query as its page sends it.
fn fields(query: &ListQuery) -> [(&'static str, String); 5] {
    [
        ("query[search]", query.search.clone()),
        ("query[sort]", query.sort.clone()),
        ("query[descending]", query.descending.to_string()),
        ("query[cursor]", query.cursor.clone()),
        ("query[per]", query.per.to_string()),
    ]
}

fn borrowed<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

/// One question after the other on one connection: milliseconds of each.
pub async fn sequence(
    desk: &Desk,
    questions: &[Question],
    from: usize,
    how_many: usize,
) -> Outcome<Vec<f64>> {
    let mut times = Vec::with_capacity(how_many);
    for question in questions
        .iter()
        .cycle()
        .skip(from % questions.len().max(1))
        .take(how_many)
    {
        let start = Instant::now();
        desk.ask(question).await?;
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(times)
}

/// What the server could do.
pub struct Peak {
    /// Answers in a second.
    pub rate: f64,
    /// Processor time of the server for one of them, in microseconds.
    pub cpu_us: f64,
    pub milliseconds: Vec<f64>,
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
            let mut times = Vec::new();
            while start.elapsed() < span {
                let number = next.fetch_add(1, Ordering::Relaxed);
                times.extend(sequence(&desk, &questions, number, 1).await?);
            }
            Outcome::Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = asking.join_next().await {
        times.extend(done??);
    }
    let (wall, cpu) = (start.elapsed(), server.cpu()?.saturating_sub(before));
    let answers = times.len() as f64;
    Ok(Peak {
        rate: answers / wall.as_secs_f64(),
        cpu_us: cpu.as_secs_f64() * 1e6 / answers,
        milliseconds: times,
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
        async move { sequence(&desk, &questions, number, 1).await }
    };
    Ok(milliseconds(&open_loop(rate, span, unit).await?))
}
